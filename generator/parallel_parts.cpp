#include <generator/parallel_parts.hpp>

#include <algorithm>
#include <exception>
#include <system_error>
#include <thread>
#include <vector>

namespace rbgp {

int thread_count(int threads) {
  if (threads > 0) return threads;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

int threads_worth(std::int64_t operations) {
  constexpr std::int64_t kEach = std::int64_t{1} << 19;  // a thread takes a tenth of that to start
  return static_cast<int>(std::clamp<std::int64_t>(operations / kEach, 1, thread_count(0)));
}

void parallel_parts(std::int64_t count, int threads,
                    const std::function<void(std::int64_t begin, std::int64_t end)>& work) {
  const std::int64_t parts = std::min<std::int64_t>(thread_count(threads), count);
  if (parts <= 1) {
    if (count > 0) work(0, count);
    return;
  }
  const auto start_of = [&](std::int64_t part) {
    return count / parts * part + std::min(part, count % parts);
  };
  std::vector<std::exception_ptr> failures(static_cast<std::size_t>(parts));
  const auto guarded = [&](std::int64_t part, std::int64_t end) noexcept {
    try {
      work(start_of(part), end);
    } catch (...) {
      failures[static_cast<std::size_t>(part)] = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> others;  // joined at the end of this block
    others.reserve(static_cast<std::size_t>(parts - 1));
    std::int64_t part = 1;
    try {
      for (; part < parts; ++part)
        others.emplace_back([&guarded, part, end = start_of(part + 1)] { guarded(part, end); });
    } catch (const std::system_error&) {
      guarded(part, count);  // no more threads to be had
    }
    guarded(0, start_of(1));
  }
  for (const std::exception_ptr& failure : failures)
    if (failure) std::rethrow_exception(failure);
}

}  // namespace rbgp
