install(TARGETS seccomp-gen RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY "${CMAKE_SOURCE_DIR}/profiles/" DESTINATION ${CMAKE_INSTALL_DATADIR}/seccomp-gen
	FILES_MATCHING PATTERN "*.json" PATTERN "SOURCES")
install(DIRECTORY "${CMAKE_SOURCE_DIR}/docs/schema/" DESTINATION ${CMAKE_INSTALL_DATADIR}/seccomp-gen/schema
	FILES_MATCHING PATTERN "*.json")
file(GLOB SG_MAN_PAGES CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/docs/man/*.1")
install(FILES ${SG_MAN_PAGES} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES "${CMAKE_SOURCE_DIR}/README.md" "${CMAKE_SOURCE_DIR}/LICENSE" DESTINATION ${CMAKE_INSTALL_DOCDIR})

# The completions are printed by the program itself from its command table, if it can be run here.
if(NOT CMAKE_CROSSCOMPILING OR CMAKE_CROSSCOMPILING_EMULATOR)
add_custom_command(
	OUTPUT "${CMAKE_BINARY_DIR}/generated/seccomp-gen.bash" "${CMAKE_BINARY_DIR}/generated/_seccomp-gen"
	COMMAND seccomp-gen completion bash > "${CMAKE_BINARY_DIR}/generated/seccomp-gen.bash"
	COMMAND seccomp-gen completion zsh > "${CMAKE_BINARY_DIR}/generated/_seccomp-gen"
	DEPENDS seccomp-gen VERBATIM)
add_custom_target(sg_completions ALL
	DEPENDS "${CMAKE_BINARY_DIR}/generated/seccomp-gen.bash" "${CMAKE_BINARY_DIR}/generated/_seccomp-gen")
install(FILES "${CMAKE_BINARY_DIR}/generated/seccomp-gen.bash" RENAME seccomp-gen
	DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES "${CMAKE_BINARY_DIR}/generated/_seccomp-gen" DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "seccomp-gen maintainers <maintainers@users.noreply.seccomp-gen.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libcurl4 | libcurl4t64") # opened, not linked: SHLIBDEPS does not see it
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
include(CPack)
