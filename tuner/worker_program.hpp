// The program `rbgp-worker`: compiles, checks and times what a tuner sends it, and may die of it.
//
// One socket to the tuner, one request at a time, each answered by one message. Text is a JSON object:
// `do` names the request; an answer has `ok`, and where that is false `code` (of ErrorCode) and `failure`.
//
//   open     device, problem, seed, cold        the operands of a problem on a device; before what needs it
//   compile  plan                               bytes of the answer: the image; target, ptx
//   measure  plan, target, ptx, draw, best_ms   bytes: the image; kind, failure, median_ms, ...
//   enter    plan, target, ptx, draw            bytes: the image; entrant, a number for `time`
//   time     entrant                            ms, of one round
//   dense                                       library, note, ms; the first call opens it
//   ceilings device, dtype                      ceilings: the file's text, measured where it is not known
#pragma once

#include <functional>

#include <rbgp/device.hpp>
#include <rbgp/problem.hpp>
#include <runtime/compiler.hpp>

namespace rbgp {

// Where tests plant faults; nothing of it is set in the program that users have.
struct WorkerHooks {
  std::function<void(const KernelSpec&, const DeviceProperties&, runtime::Source&)> alter_source;
};

// The program, with the arguments of its main: the tuner's process and the bytes of memory that this one
// may use (0: no limit). Returns the exit status when the tuner has closed the socket.
int run_worker(int argc, char** argv, const WorkerHooks& hooks = {});

// What both sides have to agree on: the first message of a worker is this text.
std::string worker_greeting();

}  // namespace rbgp
