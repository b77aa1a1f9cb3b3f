#include <mpi.h>

#include <chrono>
#include <thread>

#include <cli/ranks.hpp>

namespace rbgp::cli {
namespace {

const Ranks* the_world = nullptr;
constexpr std::chrono::milliseconds kPatience{20};

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

std::vector<std::string> Ranks::gather(const std::string& text) const {
  const int bytes = static_cast<int>(text.size());
  std::vector<int> counts(rank_ == 0 ? static_cast<std::size_t>(size_) : 0);
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Igather(&bytes, 1, MPI_INT, counts.data(), 1, MPI_INT, 0, MPI_COMM_WORLD, &request);
  wait(request);
  std::vector<int> starts;
  int total = 0;
  for (const int count : counts) {
    starts.push_back(total);
    total += count;
  }
  std::string all(static_cast<std::size_t>(total), '\0');
  MPI_Igatherv(text.data(), bytes, MPI_CHAR, all.data(), counts.data(), starts.data(), MPI_CHAR, 0,
               MPI_COMM_WORLD, &request);
  wait(request);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < counts.size(); ++i)
    texts.push_back(
        all.substr(static_cast<std::size_t>(starts[i]), static_cast<std::size_t>(counts[i])));
  return texts;
}

}  // namespace rbgp::cli
