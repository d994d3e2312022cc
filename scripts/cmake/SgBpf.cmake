# The kernel half. Built with clang from a hand-written minimal kernel_types.h, so the build host needs no
# BTF of its own; bpftool turns the object into the skeleton that tracer/recorder/ alone includes.
find_program(SG_CLANG NAMES clang clang-19 clang-18 clang-17 clang-16 clang-15 clang-14 REQUIRED)
find_program(SG_BPFTOOL NAMES bpftool PATHS /usr/sbin /sbin REQUIRED)
find_program(SG_LLVM_STRIP NAMES llvm-strip llvm-strip-14 REQUIRED)

if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
	set(SG_BPF_ARCH arm64)
else()
	set(SG_BPF_ARCH x86)
endif()

# asm/types.h, which the kernel's own headers want
if(CMAKE_CROSSCOMPILING)
	set(SG_BPF_ASM_INCLUDE "/usr/${CMAKE_LIBRARY_ARCHITECTURE}/include")
else()
	set(SG_BPF_ASM_INCLUDE "/usr/include/${CMAKE_LIBRARY_ARCHITECTURE}")
endif()

set(SG_SKEL_DIR "${CMAKE_BINARY_DIR}/generated/skel")
set(SG_BPF_OBJ "${CMAKE_BINARY_DIR}/generated/recorder.bpf.o")
set(SG_SKEL "${SG_SKEL_DIR}/recorder.skel.h")
file(GLOB SG_BPF_HEADERS CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/bpf/*.h" "${CMAKE_SOURCE_DIR}/bpf/*/*.h")
add_custom_command(
	OUTPUT "${SG_BPF_OBJ}" "${SG_SKEL}"
	COMMAND "${CMAKE_COMMAND}" -E make_directory "${SG_SKEL_DIR}"
	COMMAND "${SG_CLANG}" -g -O2 -target bpf -mcpu=v3 -D__TARGET_ARCH_${SG_BPF_ARCH} -Wall -Wextra -Werror -Wno-unused-parameter
		-I "${CMAKE_SOURCE_DIR}/bpf" -I "${SG_BPF_ASM_INCLUDE}" -c "${CMAKE_SOURCE_DIR}/bpf/recorder.bpf.c" -o "${SG_BPF_OBJ}"
	COMMAND "${SG_LLVM_STRIP}" -g "${SG_BPF_OBJ}"
	COMMAND "${SG_BPFTOOL}" gen skeleton "${SG_BPF_OBJ}" name recorder_bpf > "${SG_SKEL}.tmp"
	COMMAND "${CMAKE_COMMAND}" -E rename "${SG_SKEL}.tmp" "${SG_SKEL}"
	DEPENDS "${CMAKE_SOURCE_DIR}/bpf/recorder.bpf.c" ${SG_BPF_HEADERS}
	VERBATIM)
# Each header alone: it includes what it needs, so that it can be read, and moved, by itself.
set(SG_BPF_ALONE "")
foreach(header ${SG_BPF_HEADERS})
	file(RELATIVE_PATH name "${CMAKE_SOURCE_DIR}/bpf" "${header}")
	string(REPLACE "/" "_" stamp "${name}")
	set(stamp "${CMAKE_BINARY_DIR}/generated/alone/${stamp}")
	add_custom_command(
		OUTPUT "${stamp}"
		COMMAND "${SG_CLANG}" -target bpf -D__TARGET_ARCH_${SG_BPF_ARCH} -Wall -Wextra -Werror -Wno-unused-parameter
			-Wno-unused-function -fsyntax-only -I "${CMAKE_SOURCE_DIR}/bpf" -I "${SG_BPF_ASM_INCLUDE}"
			-include "${header}" -x c /dev/null
		COMMAND "${CMAKE_COMMAND}" -E make_directory "${CMAKE_BINARY_DIR}/generated/alone"
		COMMAND "${CMAKE_COMMAND}" -E touch "${stamp}"
		COMMENT "Compiling bpf/${name} alone"
		DEPENDS ${SG_BPF_HEADERS}
		VERBATIM)
	list(APPEND SG_BPF_ALONE "${stamp}")
endforeach()
add_custom_target(sg_skeleton DEPENDS "${SG_SKEL}" ${SG_BPF_ALONE})
