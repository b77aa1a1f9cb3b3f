# Dependencies are found here, because an imported target is visible only in the folder that finds it
# and below, and the libraries pass theirs on to tests and bench.

# Libraries that Debian ships as archives too are linked from those.
set(Boost_USE_STATIC_LIBS ${RBGP_STATIC_DEPS})
if(RBGP_STATIC_DEPS AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT OpenMP_gomp_LIBRARY)
  execute_process(COMMAND "${CMAKE_CXX_COMPILER}" -print-file-name=libgomp.a
                  OUTPUT_VARIABLE gomp OUTPUT_STRIP_TRAILING_WHITESPACE)
  set(OpenMP_gomp_LIBRARY "${gomp}" CACHE FILEPATH "OpenMP library")
endif()
set(THREADS_PREFER_PTHREAD_FLAG ON)

find_package(Threads REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS CXX)
find_package(fmt 9 REQUIRED CONFIG)
find_package(nlohmann_json 3.11 REQUIRED CONFIG)
find_package(CLI11 2.1 REQUIRED CONFIG)
find_package(Eigen3 3.4 REQUIRED CONFIG)
find_package(Boost 1.81 REQUIRED COMPONENTS graph)

# Only rbgp-mpi needs it. Binaries for another machine do without: it has its own.
if(NOT RBGP_STATIC_DEPS)
  set(MPI_CXX_SKIP_MPICXX ON)
  find_package(MPI QUIET COMPONENTS CXX)
endif()

if(RBGP_STATIC_DEPS)
  set(RBGP_FMT_TARGET fmt::fmt-header-only)
else()
  set(RBGP_FMT_TARGET fmt::fmt)
endif()

# rbgp_link_llvm(target): LLVM's headers, without our warnings for them, its definitions and its one
# shared library. The component archives would add some 100 MB to every program.
if(RBGP_HOST_JIT)
  find_package(LLVM 19.1 REQUIRED CONFIG HINTS /usr/lib/llvm-19)
  # Users of the installed library do without LLVM's own configuration, which wants a C compiler.
  get_target_property(RBGP_LLVM_LIBRARY LLVM LOCATION)
  function(rbgp_link_llvm target)
    separate_arguments(definitions NATIVE_COMMAND "${LLVM_DEFINITIONS}")
    target_include_directories(${target} SYSTEM PRIVATE ${LLVM_INCLUDE_DIRS})
    target_compile_definitions(${target} PRIVATE ${definitions})
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:LLVM>
                                            $<INSTALL_INTERFACE:${RBGP_LLVM_LIBRARY}>)
  endfunction()
endif()

if(RBGP_TESTS)
  find_package(GTest 1.12 REQUIRED CONFIG)
  find_package(rapidcheck REQUIRED CONFIG)
  # The distribution's python3 first: it is the one that has NumPy.
  find_program(RBGP_PYTHON python3 HINTS /usr/bin REQUIRED)
endif()
if(RBGP_BENCH)
  find_package(benchmark 1.7 REQUIRED CONFIG)
endif()
