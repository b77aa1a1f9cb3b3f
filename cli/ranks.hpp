// The processes that mpirun started together, where this program was built with MPI (rbgp-mpi) and started
// by it; else this one alone.
#pragma once

#include <string>
#include <vector>

namespace rbgp::cli {

// One thread. Waiting takes no processor time, which others here measure with.
class Ranks {
 public:
  // Begins and ends MPI, in main.
  Ranks(int& argc, char**& argv);
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;
  // What the process is to exit with: waits for the others where it is 0, and ends them all where it is not.
  int end(int status);

  static const Ranks& world();  // while there is one

  int rank() const { return rank_; }
  int size() const { return size_; }
  // Among those on this machine.
  int local_rank() const { return local_rank_; }
  int local_size() const { return local_size_; }
  // How many of those, this one among them, may run on processors of this one's.
  int sharers() const { return sharers_; }

  // The texts of all, by rank, where the rank is 0; nothing elsewhere. All call it.
  std::vector<std::string> gather(const std::string& text) const;

 private:
  int rank_ = 0;
  int size_ = 1;
  int local_rank_ = 0;
  int local_size_ = 1;
  int sharers_ = 1;
};

}  // namespace rbgp::cli
