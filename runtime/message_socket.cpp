#include "runtime/message_socket.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

namespace rbgp::runtime {

namespace {

using Clock = std::chrono::steady_clock;

// How often a wait looks at its stop flag.
constexpr std::chrono::milliseconds kStopInterval{20};
constexpr std::chrono::milliseconds kLongWait{3'600'000};
constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 32;

using Sizes = std::array<std::uint64_t, 2>;  // of text and bytes; what a message begins with

bool send_all(int socket, const void* data, std::size_t bytes) {
  const char* from = static_cast<const char*>(data);
  while (bytes > 0) {
    // No signal: a worker that died is an answer.
    const ssize_t sent = ::send(socket, from, bytes, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    from += sent;
    bytes -= static_cast<std::size_t>(sent);
  }
  return true;
}

class Reader {
 public:
  Reader(int socket, Clock::time_point deadline, const std::atomic<bool>* stop)
      : socket_(socket), deadline_(deadline), stop_(stop) {}

  Received read(void* data, std::size_t bytes) {
    char* to = static_cast<char*>(data);
    while (bytes > 0) {
      if (const Received waited = wait(); waited != Received::message) return waited;
      const ssize_t got = ::recv(socket_, to, bytes, 0);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return Received::closed;
      to += got;
      bytes -= static_cast<std::size_t>(got);
    }
    return Received::message;
  }

 private:
  // Until there is something to read.
  Received wait() {
    for (;;) {
      if (stop_ != nullptr && stop_->load()) return Received::stopped;
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now());
      if (left.count() <= 0) return Received::late;
      const auto slice = std::min(left, stop_ != nullptr ? kStopInterval : kLongWait);
      struct pollfd polled = {.fd = socket_, .events = POLLIN, .revents = 0};
      const int count = ::poll(&polled, 1, static_cast<int>(slice.count()));
      if (count > 0) return Received::message;
      if (count < 0 && errno != EINTR) return Received::closed;
    }
  }

  int socket_;
  Clock::time_point deadline_;
  const std::atomic<bool>* stop_;
};

}  // namespace

bool send_message(int socket, const Message& message) {
  const Sizes sizes = {message.text.size(), message.bytes.size()};
  return send_all(socket, sizes.data(), sizeof sizes) &&
         send_all(socket, message.text.data(), message.text.size()) &&
         send_all(socket, message.bytes.data(), message.bytes.size());
}

Received receive_message(int socket, Message& message, Clock::time_point deadline,
                         const std::atomic<bool>* stop) {
  Reader reader(socket, deadline, stop);
  Sizes sizes{};
  Received got = reader.read(sizes.data(), sizeof sizes);
  if (got != Received::message) return got;
  if (sizes[0] > kMaxBytes || sizes[1] > kMaxBytes) return Received::closed;
  Message received{std::string(sizes[0], '\0'), std::vector<std::byte>(sizes[1])};
  got = reader.read(received.text.data(), received.text.size());
  if (got == Received::message) got = reader.read(received.bytes.data(), received.bytes.size());
  if (got == Received::message) message = std::move(received);
  return got;
}

}  // namespace rbgp::runtime
