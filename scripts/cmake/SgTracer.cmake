# The program. It sees gen/ and, of the kernel half, recorder_abi.h and the skeleton.
file(GLOB_RECURSE SG_TRACER_SOURCES CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tracer/*.c")
# The recorder and its helpers confine themselves with profiles that it made of itself: part of the program, so that
# no file that somebody could replace decides what they may do.
set(SG_SELF_DIR "${CMAKE_BINARY_DIR}/generated/self")
set(SG_SELF_PROFILES "")
foreach(part recorder writer links docker audit)
	add_custom_command(
		OUTPUT "${SG_SELF_DIR}/self_${part}.h"
		COMMAND "${CMAKE_COMMAND}" -E make_directory "${SG_SELF_DIR}"
		COMMAND "${Python3_EXECUTABLE}" "${CMAKE_SOURCE_DIR}/scripts/embed-text"
			"${CMAKE_SOURCE_DIR}/profiles/self/${part}.json" sg_self_${part} "${SG_SELF_DIR}/self_${part}.h"
		DEPENDS "${CMAKE_SOURCE_DIR}/profiles/self/${part}.json" "${CMAKE_SOURCE_DIR}/scripts/embed-text"
		VERBATIM)
	list(APPEND SG_SELF_PROFILES "${SG_SELF_DIR}/self_${part}.h")
endforeach()
# The default profiles of container engines: a program without its data has them, too.
set(SG_DEFAULTS_H "${CMAKE_BINARY_DIR}/generated/self/default_profiles.h")
file(GLOB SG_DEFAULTS CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/profiles/default/*")
add_custom_command(
	OUTPUT "${SG_DEFAULTS_H}"
	COMMAND "${CMAKE_COMMAND}" -E make_directory "${CMAKE_BINARY_DIR}/generated/self"
	COMMAND "${Python3_EXECUTABLE}" "${CMAKE_SOURCE_DIR}/scripts/embed-defaults"
		"${CMAKE_SOURCE_DIR}/profiles/default" "${SG_DEFAULTS_H}"
	DEPENDS "${CMAKE_SOURCE_DIR}/scripts/embed-defaults" ${SG_DEFAULTS}
	VERBATIM)
# The completion scripts, which `seccomp-gen completion` prints.
foreach(shell bash zsh fish)
	add_custom_command(
		OUTPUT "${SG_SELF_DIR}/shell_${shell}.h"
		COMMAND "${CMAKE_COMMAND}" -E make_directory "${SG_SELF_DIR}"
		COMMAND "${Python3_EXECUTABLE}" "${CMAKE_SOURCE_DIR}/scripts/embed-text"
			"${CMAKE_SOURCE_DIR}/tracer/cli/shell/seccomp-gen.${shell}" sg_shell_${shell}
			"${SG_SELF_DIR}/shell_${shell}.h"
		DEPENDS "${CMAKE_SOURCE_DIR}/tracer/cli/shell/seccomp-gen.${shell}" "${CMAKE_SOURCE_DIR}/scripts/embed-text"
		VERBATIM)
	list(APPEND SG_SELF_PROFILES "${SG_SELF_DIR}/shell_${shell}.h")
endforeach()
# A command that is not in the list is one that nobody can call, and a row without its file does not link.
set(SG_COMMAND_LIST "${CMAKE_SOURCE_DIR}/tracer/commands/commands.def")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${SG_COMMAND_LIST}")
file(STRINGS "${SG_COMMAND_LIST}" commands REGEX "^SG_COMMAND\\([a-z_]+\\)$")
file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tracer/commands/*.c")
foreach(source ${sources})
	get_filename_component(name "${source}" NAME_WE)
	if(NOT "SG_COMMAND(${name})" IN_LIST commands)
		message(FATAL_ERROR "tracer/commands/${name}.c is no command of tracer/commands/commands.def: "
			"add SG_COMMAND(${name}), or move what commands share below tracer/commands/")
	endif()
endforeach()
add_executable(seccomp-gen ${SG_TRACER_SOURCES} ${SG_SELF_PROFILES} "${SG_DEFAULTS_H}")
add_dependencies(seccomp-gen sg_skeleton)
target_include_directories(seccomp-gen PRIVATE "${CMAKE_SOURCE_DIR}/tracer" "${CMAKE_SOURCE_DIR}/bpf")
# bpftool's own output, held to its own standard of warnings
target_include_directories(seccomp-gen SYSTEM PRIVATE "${SG_SKEL_DIR}" "${SG_SELF_DIR}")
target_compile_definitions(seccomp-gen PRIVATE
	SG_VERSION="${PROJECT_VERSION}"
	SG_DATA_DIR="${CMAKE_INSTALL_FULL_DATADIR}/seccomp-gen"
	SG_SOURCE_DATA_DIR="${CMAKE_SOURCE_DIR}/profiles")
target_link_libraries(seccomp-gen PRIVATE sg_gen PkgConfig::LIBBPF)
# For the names that Docker's API knows. Its header alone: linked, it would bring thirty libraries into every command,
# which start in 12 ms then in place of 4; Docker's helper opens it (tracer/workload/learn/curl_api.h), and the package depends on it.
target_include_directories(seccomp-gen SYSTEM PRIVATE ${CURL_INCLUDE_DIRS})
target_link_libraries(seccomp-gen PRIVATE ${CMAKE_DL_LIBS})
if(SG_COVERAGE)
	target_compile_options(seccomp-gen PRIVATE --coverage)
endif()
