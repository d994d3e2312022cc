# For aarch64, with Debian's cross compiler (gcc-aarch64-linux-gnu) and the libraries that scripts/cross-sysroot
# brings: SG_SYSROOT=$(scripts/cross-sysroot) cmake --preset aarch64
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)

if(NOT SG_SYSROOT)
	set(SG_SYSROOT "$ENV{SG_SYSROOT}")
endif()
if(NOT SG_SYSROOT)
	message(FATAL_ERROR "SG_SYSROOT is not set: SG_SYSROOT=$(scripts/cross-sysroot) cmake --preset aarch64")
endif()
set(SG_SYSROOT "${SG_SYSROOT}" CACHE PATH "libraries and headers of aarch64")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES SG_SYSROOT)

# libc is the cross compiler's own; all else comes from the sysroot.
set(lib "${SG_SYSROOT}/usr/lib/aarch64-linux-gnu")
set(ENV{PKG_CONFIG_LIBDIR} "${lib}/pkgconfig:${SG_SYSROOT}/usr/share/pkgconfig")
set(ENV{PKG_CONFIG_SYSROOT_DIR} "${SG_SYSROOT}")
set(CMAKE_C_FLAGS_INIT "-isystem ${SG_SYSROOT}/usr/include -isystem ${SG_SYSROOT}/usr/include/aarch64-linux-gnu")
set(CMAKE_EXE_LINKER_FLAGS_INIT
	"-L${lib} -L${SG_SYSROOT}/lib/aarch64-linux-gnu -Wl,-rpath-link,${lib}:${SG_SYSROOT}/lib/aarch64-linux-gnu")
set(CMAKE_FIND_ROOT_PATH "${SG_SYSROOT}" /usr/aarch64-linux-gnu)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)

# With qemu-user-static what was built can be run, so ctest works.
find_program(SG_QEMU_USER qemu-aarch64-static)
if(SG_QEMU_USER)
	set(CMAKE_CROSSCOMPILING_EMULATOR
		"${SG_QEMU_USER};-L;/usr/aarch64-linux-gnu;-E;LD_LIBRARY_PATH=${lib}:${SG_SYSROOT}/lib/aarch64-linux-gnu")
endif()
