// Whole messages over a socket between two processes of one machine.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace rbgp::runtime {

// A text, and bytes beside it that need no escaping.
struct Message {
  std::string text;
  std::vector<std::byte> bytes;
};

enum class Received { message, closed, late, stopped };

// False where the other side is gone. Blocks until the socket has taken it.
bool send_message(int socket, const Message& message);

// Waits for one message: until `deadline`, and while `stop`, unless null, is false. `closed` also where
// what comes is no message; `message` is written only where there is one.
Received receive_message(
    int socket, Message& message,
    std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max(),
    const std::atomic<bool>* stop = nullptr);

}  // namespace rbgp::runtime
