# rbgp_place_worker(target): puts rbgp-worker beside a program that tunes, where it is looked for first.
function(rbgp_place_worker target)
  add_dependencies(${target} rbgp::worker)
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND "${CMAKE_COMMAND}" -E copy_if_different $<TARGET_FILE:rbgp::worker> $<TARGET_FILE_DIR:${target}>
    VERBATIM)
endfunction()
