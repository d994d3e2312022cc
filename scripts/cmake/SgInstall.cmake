install(TARGETS seccomp-gen RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY "${CMAKE_SOURCE_DIR}/profiles/" DESTINATION ${CMAKE_INSTALL_DATADIR}/seccomp-gen
	FILES_MATCHING PATTERN "*.json" PATTERN "SOURCES")
install(DIRECTORY "${CMAKE_SOURCE_DIR}/docs/schema/" DESTINATION ${CMAKE_INSTALL_DATADIR}/seccomp-gen/schema
	FILES_MATCHING PATTERN "*.json")
file(GLOB SG_MAN_PAGES CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/docs/man/*.1")
install(FILES ${SG_MAN_PAGES} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES "${CMAKE_SOURCE_DIR}/README.md" "${CMAKE_SOURCE_DIR}/LICENSE" DESTINATION ${CMAKE_INSTALL_DOCDIR})

# The completion scripts, where each shell looks for them; they ask the program for what they offer.
install(FILES "${CMAKE_SOURCE_DIR}/tracer/cli/shell/seccomp-gen.bash" RENAME seccomp-gen
	DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES "${CMAKE_SOURCE_DIR}/tracer/cli/shell/seccomp-gen.zsh" RENAME _seccomp-gen
	DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES "${CMAKE_SOURCE_DIR}/tracer/cli/shell/seccomp-gen.fish"
	DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "seccomp-gen maintainers <maintainers@users.noreply.seccomp-gen.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libcurl4 | libcurl4t64") # opened, not linked: SHLIBDEPS does not see it
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
include(CPack)
