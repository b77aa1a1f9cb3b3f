# What `cmake --install` leaves for find_package(rbgp): headers, libraries, rbgp::rbgp, rbgp::worker and
# rbgp_place_worker. All of it can be moved.
include(CMakePackageConfigHelpers)

set(RBGP_PACKAGE_FOLDER "${CMAKE_INSTALL_LIBDIR}/cmake/rbgp")
foreach(library generator runtime pipe tuner)
  set_target_properties(rbgp_${library} PROPERTIES EXPORT_NAME ${library})
endforeach()
set_target_properties(rbgp_worker PROPERTIES EXPORT_NAME worker)
install(TARGETS rbgp rbgp_generator rbgp_runtime rbgp_pipe rbgp_tuner rbgp_worker EXPORT rbgp
        RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}"
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
        INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/rbgp" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
        FILES_MATCHING PATTERN "*.hpp")
install(EXPORT rbgp NAMESPACE rbgp:: FILE rbgpTargets.cmake DESTINATION "${RBGP_PACKAGE_FOLDER}")
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/rbgpConfig.cmake.in"
                              "${PROJECT_BINARY_DIR}/rbgpConfig.cmake"
                              INSTALL_DESTINATION "${RBGP_PACKAGE_FOLDER}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/rbgpConfigVersion.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/rbgpConfig.cmake" "${PROJECT_BINARY_DIR}/rbgpConfigVersion.cmake"
              "${PROJECT_SOURCE_DIR}/cmake/PlaceWorker.cmake"
        DESTINATION "${RBGP_PACKAGE_FOLDER}")
