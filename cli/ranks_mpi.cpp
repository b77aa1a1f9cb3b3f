#include <mpi.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include <cli/ranks.hpp>
#include <runtime/processors.hpp>

namespace rbgp::cli {
namespace {

const Ranks* the_world = nullptr;
constexpr std::chrono::milliseconds kPatience{20};
constexpr int kTag = 1;
constexpr std::size_t kPiece = std::size_t{1} << 20;

// MPI_Wait would spin on a core.
void wait(MPI_Request& request) {
  int done = 0;
  while (MPI_Test(&request, &done, MPI_STATUS_IGNORE), done == 0)
    std::this_thread::sleep_for(kPatience);
}

}  // namespace

Ranks::Ranks(int& argc, char**& argv) {
  // Worker processes are watched by threads, which leave MPI alone.
  int provided = 0;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
  MPI_Comm_size(MPI_COMM_WORLD, &size_);
  MPI_Comm machine = MPI_COMM_NULL;
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &machine);
  MPI_Comm_rank(machine, &local_rank_);
  MPI_Comm_size(machine, &local_size_);
  const cpu_set_t own = runtime::bound_to();
  std::vector<cpu_set_t> all(static_cast<std::size_t>(local_size_));
  MPI_Allgather(&own, sizeof own, MPI_BYTE, all.data(), sizeof own, MPI_BYTE, machine);
  sharers_ = runtime::overlapping(own, all);
  MPI_Comm_free(&machine);
  the_world = this;
}

int Ranks::end(int status) {
  // Others may wait for what will not come.
  if (status != 0) MPI_Abort(MPI_COMM_WORLD, status);
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Ibarrier(MPI_COMM_WORLD, &request);
  wait(request);
  MPI_Finalize();
  return status;
}

const Ranks& Ranks::world() { return *the_world; }

// In pieces: MPI counts in int, and the journals of many ranks have more bytes.
std::vector<std::string> Ranks::gather(const std::string& text) const {
  MPI_Request request = MPI_REQUEST_NULL;
  if (rank_ != 0) {
    const unsigned long long bytes = text.size();
    MPI_Isend(&bytes, 1, MPI_UNSIGNED_LONG_LONG, 0, kTag, MPI_COMM_WORLD, &request);
    wait(request);
    for (std::size_t at = 0; at < text.size(); at += kPiece) {
      const auto count = static_cast<int>(std::min(kPiece, text.size() - at));
      MPI_Isend(text.data() + at, count, MPI_CHAR, 0, kTag, MPI_COMM_WORLD, &request);
      wait(request);
    }
    return {};
  }
  std::vector<std::string> texts = {text};
  for (int rank = 1; rank < size_; ++rank) {
    unsigned long long bytes = 0;
    MPI_Irecv(&bytes, 1, MPI_UNSIGNED_LONG_LONG, rank, kTag, MPI_COMM_WORLD, &request);
    wait(request);
    std::string& received = texts.emplace_back(static_cast<std::size_t>(bytes), '\0');
    for (std::size_t at = 0; at < received.size(); at += kPiece) {
      const auto count = static_cast<int>(std::min(kPiece, received.size() - at));
      MPI_Irecv(received.data() + at, count, MPI_CHAR, rank, kTag, MPI_COMM_WORLD, &request);
      wait(request);
    }
  }
  return texts;
}

}  // namespace rbgp::cli
