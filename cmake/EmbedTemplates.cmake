# rbgp_embed(TARGET target OUTPUT file.cpp NAMESPACE name [BASE folder] FILES file...)
#
# Adds to `target` a source file, generated whenever one of the files changes, that holds the files
# byte for byte and defines
#
#   namespace NAME { std::string_view template_text(std::string_view name); }
#
# which the target declares in a header of its own. A file's name is its path from BASE, the
# project's templates/ where it is not given: "simt_rbgp4mm.cuh", "export/main.cpp". A name that is not
# there is a mistake in the program: std::out_of_range.
function(rbgp_embed)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "TARGET;OUTPUT;NAMESPACE;BASE" "FILES")
  foreach(required TARGET OUTPUT NAMESPACE FILES)
    if(NOT arg_${required})
      message(FATAL_ERROR "rbgp_embed: ${required} is missing")
    endif()
  endforeach()
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "rbgp_embed: unknown arguments ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT arg_BASE)
    set(arg_BASE "${PROJECT_SOURCE_DIR}/templates")
  endif()
  cmake_path(ABSOLUTE_PATH arg_OUTPUT BASE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}")

  set(files "")
  set(named_files "")
  foreach(file IN LISTS arg_FILES)
    cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
    cmake_path(RELATIVE_PATH file BASE_DIRECTORY "${arg_BASE}" OUTPUT_VARIABLE name)
    if(name MATCHES "^\\.\\./")
      message(FATAL_ERROR "rbgp_embed: ${file} is not below ${arg_BASE}")
    endif()
    list(APPEND files "${file}")
    list(APPEND named_files "${name}=${file}")
  endforeach()

  set(script "${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake")
  add_custom_command(
    OUTPUT "${arg_OUTPUT}"
    COMMAND "${CMAKE_COMMAND}" -P "${script}" "${arg_OUTPUT}" "${arg_NAMESPACE}" ${named_files}
    DEPENDS ${files} "${script}"
    COMMENT "Embedding files in ${arg_TARGET}"
    VERBATIM)
  target_sources(${arg_TARGET} PRIVATE "${arg_OUTPUT}")
endfunction()
