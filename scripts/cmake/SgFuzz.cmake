# libFuzzer targets, under the preset "fuzz" (clang): every tests/fuzz/fuzz_<name>.c is one, with its seeds in
# tests/fuzz/corpus/<name>/ and, where there is one, its words in tests/fuzz/<name>.dict. What a run finds goes
# to the build directory. Under CTest each runs for SG_FUZZ_SECONDS; for longer:
#   build/fuzz/fuzz_recording -max_total_time=600 build/fuzz/corpus/recording tests/fuzz/corpus/recording
set(SG_FUZZ_SECONDS 10 CACHE STRING "seconds that each fuzz target runs under CTest")
if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
	message(FATAL_ERROR "SG_FUZZ needs clang: cmake --preset fuzz")
endif()

# What cJSON and libyaml write is unknown to MSan, which does not see into them: these alone do without.
set(SG_FUZZ_OWN cgroup_text command_line filter netlink)

# All of the library is instrumented, or the fuzzer is blind in it.
target_compile_options(sg_gen PRIVATE -fsanitize=fuzzer-no-link)

add_custom_target(sg_fuzz)
file(GLOB SG_FUZZ_TARGETS CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/fuzz/fuzz_*.c")
foreach(file ${SG_FUZZ_TARGETS})
	get_filename_component(target "${file}" NAME_WE)
	string(REPLACE "fuzz_" "" name "${target}")
	if(SG_SANITIZE STREQUAL memory AND NOT name IN_LIST SG_FUZZ_OWN)
		continue()
	endif()
	set(found "${CMAKE_BINARY_DIR}/corpus/${name}")
	file(MAKE_DIRECTORY "${found}")
	set(dict "${CMAKE_SOURCE_DIR}/tests/fuzz/${name}.dict")
	if(EXISTS "${dict}")
		set(dict "-dict=${dict}")
	else()
		set(dict "")
	endif()

	add_executable(${target} "${file}")
	add_dependencies(sg_fuzz ${target})
	target_compile_options(${target} PRIVATE -fsanitize=fuzzer -Wno-missing-prototypes)
	target_link_options(${target} PRIVATE -fsanitize=fuzzer)
	target_link_libraries(${target} PRIVATE sg_gen)
	add_test(NAME fuzz/${name} COMMAND ${target} -max_total_time=${SG_FUZZ_SECONDS} -rss_limit_mb=2048
		-timeout=10 -print_final_stats=1 ${dict} "${found}" "${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name}"
		WORKING_DIRECTORY "${CMAKE_BINARY_DIR}")
	math(EXPR limit "${SG_FUZZ_SECONDS} * 2 + 120")
	set_tests_properties(fuzz/${name} PROPERTIES LABELS fuzz TIMEOUT ${limit})
endforeach()
