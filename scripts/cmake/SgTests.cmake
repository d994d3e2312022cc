# Every file in tests/unit and tests/bpf named test_*.c is one test program, every test_*.sh in tests/golden,
# tests/bpf and tests/e2e one script: a test cannot be written and left out. Exit 77 is "skipped", and the
# scripts turn it into a failure under SG_REQUIRE_BPF=1.
pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)

add_custom_target(sg_unit_tests)
function(sg_unit_test file)
	get_filename_component(name "${file}" NAME_WE)
	add_executable(${name} "${file}")
	target_compile_options(${name} PRIVATE -Wno-conversion) # cmocka's macros cast through unsigned long
	target_compile_definitions(${name} PRIVATE SG_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
	target_link_libraries(${name} PRIVATE sg_gen PkgConfig::CMOCKA)
	add_dependencies(sg_unit_tests ${name})
	add_test(NAME unit/${name} COMMAND ${name})
	# the slowest forks 40,000 children, which takes 90 s where ASan makes each fork dear
	set_tests_properties(unit/${name} PROPERTIES LABELS unit TIMEOUT 400)
	if(SG_SANITIZE) # the memory that ASan keeps back is copied at each fork, and many of these fork thousands of times
		set_tests_properties(unit/${name} PROPERTIES ENVIRONMENT "ASAN_OPTIONS=quarantine_size_mb=8")
	endif()
endfunction()

file(GLOB SG_UNIT_TESTS CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/unit/test_*.c")
foreach(file ${SG_UNIT_TESTS})
	sg_unit_test("${file}")
endforeach()

# Programs that the scripts run: targets that make known calls. No sanitizer, no test framework.
add_custom_target(sg_helpers)
file(GLOB SG_TEST_HELPERS CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/bpf/helpers/*.c")
foreach(file ${SG_TEST_HELPERS})
	get_filename_component(name "${file}" NAME_WE)
	add_executable(${name} "${file}")
	target_compile_options(${name} PRIVATE -Wno-conversion -fno-sanitize=all)
	target_link_options(${name} PRIVATE -static -fno-sanitize=all -pthread)
	if(name MATCHES "^bare_") # no libc at all: every call it makes stands in its source
		target_compile_options(${name} PRIVATE -fno-stack-protector -O1)
		target_link_options(${name} PRIVATE -nostdlib)
	endif()
	set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/helpers")
	add_dependencies(sg_helpers ${name})
endforeach()
# The calls of a 32-bit program, for an aarch64 kernel to tell apart.
find_program(SG_ARM_CC arm-linux-gnueabihf-gcc)
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "aarch64" AND SG_ARM_CC)
	add_custom_command(
		OUTPUT "${CMAKE_BINARY_DIR}/helpers/bare_calls_arm"
		COMMAND "${SG_ARM_CC}" -O1 -marm -nostdlib -static -fno-stack-protector -Wall -Wextra -Werror
			"${CMAKE_SOURCE_DIR}/tests/bpf/helpers/bare_calls.c" -o "${CMAKE_BINARY_DIR}/helpers/bare_calls_arm"
		DEPENDS "${CMAKE_SOURCE_DIR}/tests/bpf/helpers/bare_calls.c" VERBATIM)
	add_custom_target(bare_calls_arm ALL DEPENDS "${CMAKE_BINARY_DIR}/helpers/bare_calls_arm")
	add_dependencies(sg_helpers bare_calls_arm)
endif()

# Seconds: several times what the slowest of a label takes alongside all that scripts/test runs. When they are over, the
# script gets SIGTERM, says where it is and tidies up (tests/lib.sh); ctest's own limit would kill its shell
# alone, and what it started would continue. The same when ctest itself is gone.
option(SG_FULL "tests that are to be run with every kernel, and with real containers by the thousand" OFF)
set(label_limit_golden 300)
set(label_limit_bpf 400)
set(label_limit_e2e 900)
set(label_cost_golden 5)
set(label_cost_bpf 10)
set(label_cost_e2e 50)
foreach(label golden bpf e2e)
	file(GLOB scripts CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/${label}/test_*.sh")
	foreach(script ${scripts})
		get_filename_component(name "${script}" NAME_WE)
		if(name MATCHES "^test_vm_systemd$" AND NOT SG_FULL) # many minutes, nothing of which is short
			continue()
		endif()
		set(limit ${label_limit_${label}})
		# the longest begin first, so that none of them is left alone at the end
		set(cost ${label_cost_${label}})
		if(name MATCHES "^test_(vm|vm_systemd|aarch64)$") # several emulated machines in a row
			if(SG_FULL)
				set(limit 3600)
			endif()
			set(cost 100)
		endif()
		# 18 programs, 31 loads each; containers, and sequences of moves, by the thousand
		if(name MATCHES "^test_(workloads|runtime_truth|moves_model)$" AND SG_FULL)
			set(limit 7200)
			set(cost 100)
		endif()
		math(EXPR last_resort "${limit} + 120")
		add_test(NAME ${label}/${name}
			COMMAND setpriv --pdeathsig TERM timeout -v -k 60 ${limit} bash "${script}")
		set_tests_properties(${label}/${name} PROPERTIES
			LABELS ${label} SKIP_RETURN_CODE 77 TIMEOUT ${last_resort} COST ${cost}
			ENVIRONMENT "SG=$<TARGET_FILE:seccomp-gen>;SG_HELPERS=${CMAKE_BINARY_DIR}/helpers;SG_SOURCE=${CMAKE_SOURCE_DIR}")
		# cgroups by the ten thousand fill others' slots; a flood of audit records is a gap in others' ledgers;
		# two thousand containers of runc in two minutes are what this machine can do
		if(name MATCHES "^test_(cache|faults_cgroups|audit_live)$" OR (SG_FULL AND name STREQUAL "test_container_all"))
			set_tests_properties(${label}/${name} PROPERTIES RUN_SERIAL TRUE)
		endif()
	endforeach()
endforeach()

# Benchmarks: built with the tests, run by scripts/bench only (speed is measured, not asserted, in CI).
add_executable(syscall_loop "${CMAKE_SOURCE_DIR}/tests/bench/syscall_loop.c")
target_compile_options(syscall_loop PRIVATE -fno-sanitize=all)
target_link_options(syscall_loop PRIVATE -fno-sanitize=all -pthread)
add_executable(bench_percall "${CMAKE_SOURCE_DIR}/tests/bench/bench_percall.c")
target_include_directories(bench_percall PRIVATE "${CMAKE_SOURCE_DIR}/bpf")
target_link_libraries(bench_percall PRIVATE PkgConfig::LIBBPF)
add_executable(bench_hook "${CMAKE_SOURCE_DIR}/tests/bench/bench_hook.c")
target_include_directories(bench_hook PRIVATE "${CMAKE_SOURCE_DIR}/bpf")
target_link_libraries(bench_hook PRIVATE PkgConfig::LIBBPF)
add_executable(attach "${CMAKE_SOURCE_DIR}/tests/bench/attach.c")
target_link_libraries(attach PRIVATE PkgConfig::LIBBPF)
add_executable(bench_filter "${CMAKE_SOURCE_DIR}/tests/bench/bench_filter.c")
target_link_libraries(bench_filter PRIVATE sg_gen)
add_executable(bench_args "${CMAKE_SOURCE_DIR}/tests/bench/bench_args.c")
target_include_directories(bench_args PRIVATE "${CMAKE_SOURCE_DIR}/bpf")
target_include_directories(bench_args SYSTEM PRIVATE "${SG_SKEL_DIR}")
target_link_libraries(bench_args PRIVATE sg_gen PkgConfig::LIBBPF)
add_dependencies(bench_args sg_skeleton)
add_executable(bench_audit "${CMAKE_SOURCE_DIR}/tests/bench/bench_audit.c")
target_link_libraries(bench_audit PRIVATE sg_gen)
add_executable(bench_enforce "${CMAKE_SOURCE_DIR}/tests/bench/bench_enforce.c")
target_link_libraries(bench_enforce PRIVATE sg_gen)
set(SG_EMPTY_OBJ "${CMAKE_BINARY_DIR}/generated/empty.bpf.o")
add_custom_command(
	OUTPUT "${SG_EMPTY_OBJ}"
	COMMAND "${SG_CLANG}" -g -O2 -target bpf -mcpu=v3 -I "${SG_BPF_ASM_INCLUDE}"
		-c "${CMAKE_SOURCE_DIR}/tests/bench/empty.bpf.c" -o "${SG_EMPTY_OBJ}"
	DEPENDS "${CMAKE_SOURCE_DIR}/tests/bench/empty.bpf.c" VERBATIM)
set(SG_DESIGNS_OBJ "${CMAKE_BINARY_DIR}/generated/designs.bpf.o")
add_custom_command(
	OUTPUT "${SG_DESIGNS_OBJ}"
	COMMAND "${SG_CLANG}" -g -O2 -target bpf -mcpu=v3 -D__TARGET_ARCH_${SG_BPF_ARCH} -Wall -Wextra -Werror -Wno-unused-parameter
		-I "${CMAKE_SOURCE_DIR}/bpf" -I "${SG_BPF_ASM_INCLUDE}"
		-c "${CMAKE_SOURCE_DIR}/tests/bench/designs.bpf.c" -o "${SG_DESIGNS_OBJ}"
	DEPENDS "${CMAKE_SOURCE_DIR}/tests/bench/designs.bpf.c" ${SG_BPF_HEADERS} VERBATIM)
add_custom_target(sg_bench_objects ALL DEPENDS "${SG_EMPTY_OBJ}" "${SG_DESIGNS_OBJ}")
add_executable(bench_designs "${CMAKE_SOURCE_DIR}/tests/bench/bench_designs.c")
target_link_libraries(bench_designs PRIVATE PkgConfig::LIBBPF)
