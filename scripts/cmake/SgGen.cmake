# gen/ is pure: its only include directory is its own, so nothing of bpf/ or tracer/ can be reached.
file(GLOB_RECURSE SG_GEN_SOURCES CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/gen/*.c")

# The number/name tables: text files an architecture in, one C file out.
file(GLOB SG_SYSCALL_DATA CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/gen/syscall/data/*")
set(SG_SYSCALL_TABLE_C "${CMAKE_BINARY_DIR}/generated/syscall_tables.c")
find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_custom_command(
	OUTPUT "${SG_SYSCALL_TABLE_C}"
	COMMAND "${CMAKE_COMMAND}" -E make_directory "${CMAKE_BINARY_DIR}/generated"
	COMMAND "${Python3_EXECUTABLE}" "${CMAKE_SOURCE_DIR}/scripts/gen-syscall-table"
		"${CMAKE_SOURCE_DIR}/gen/syscall/data" "${SG_SYSCALL_TABLE_C}"
	DEPENDS "${CMAKE_SOURCE_DIR}/scripts/gen-syscall-table" ${SG_SYSCALL_DATA}
	VERBATIM)

# The arguments worth watching, and what their values are called.
file(GLOB SG_ARG_DATA CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/gen/args/data/*")
set(SG_ARG_TABLE_C "${CMAKE_BINARY_DIR}/generated/arg_tables.c")
add_custom_command(
	OUTPUT "${SG_ARG_TABLE_C}"
	COMMAND "${CMAKE_COMMAND}" -E make_directory "${CMAKE_BINARY_DIR}/generated"
	COMMAND "${Python3_EXECUTABLE}" "${CMAKE_SOURCE_DIR}/scripts/gen-arg-table"
		"${CMAKE_SOURCE_DIR}/gen/args/data" "${CMAKE_SOURCE_DIR}/gen/syscall/data" "${SG_ARG_TABLE_C}"
	DEPENDS "${CMAKE_SOURCE_DIR}/scripts/gen-arg-table" ${SG_ARG_DATA} ${SG_SYSCALL_DATA}
	VERBATIM)

add_library(sg_gen STATIC ${SG_GEN_SOURCES} "${SG_SYSCALL_TABLE_C}" "${SG_ARG_TABLE_C}")
target_include_directories(sg_gen PUBLIC "${CMAKE_SOURCE_DIR}/gen")
target_link_libraries(sg_gen PUBLIC PkgConfig::SECCOMP PkgConfig::CJSON PkgConfig::YAML PkgConfig::ZLIB
	PkgConfig::MD m)
if(SG_COVERAGE)
	target_compile_options(sg_gen PRIVATE --coverage)
	target_link_options(sg_gen PUBLIC --coverage)
endif()
