// What the programs of CudaOnHost share: the thread blocks of a cluster as fibers with real barriers, each block
// with its own shared memory, and copies, stores and products that happen as late as they may.
#include "cuda_on_host_shim.hpp"

#include <sanitizer/asan_interface.h>
#include <ucontext.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

Dim3 threadIdx, blockIdx, blockDim, gridDim;

namespace cuda_on_host {

void give_up(const char* why) {
  std::fprintf(stderr, "cuda_on_host: %s\n", why);
  std::exit(3);
}

namespace {

std::vector<char> read_file(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) give_up("a file is missing");
  std::fseek(file, 0, SEEK_END);
  std::vector<char> content(static_cast<std::size_t>(std::ftell(file)));
  std::rewind(file);
  if (std::fread(content.data(), 1, content.size(), file) != content.size())
    give_up("a file is short");
  std::fclose(file);
  return content;
}

// An asynchronous copy lands as late as the kernel allows: when its group is waited for.
struct Copy {
  void* to;
  const void* from;
  int bytes;
  bool valid;
};

// Bulk copies that one barrier counts land when somebody waits for it; until then their destination is
// poisoned, so that a read too early, and one too late of what was there before, both show.
struct BulkCopy {
  void* to;
  const void* from;  // null: zeros
  unsigned bytes;
};
struct BulkCopies {
  std::vector<BulkCopy> all;
  unsigned bytes = 0;
};

// A barrier that a number of threads arrive at; its generation changes when all have.
struct Meeting {
  unsigned arrived = 0;
  unsigned generation = 0;
};

// A copy from shared to global memory reads and writes as late as it may.
struct BulkStore {
  void* to;
  const void* from;
  unsigned bytes;
};

// What a thread has begun together and waits for together.
template <typename Item>
struct Groups {
  std::vector<Item> open;
  std::deque<std::vector<Item>> closed;

  void close() {
    closed.push_back(std::move(open));
    open.clear();
  }
  // All but the last `pending` groups.
  template <typename Do>
  void finish(std::size_t pending, Do one) {
    for (; closed.size() > pending; closed.pop_front())
      for (const Item& item : closed.front()) one(item);
  }
  bool empty() const { return open.empty() && closed.empty(); }
};

struct Fiber {
  ucontext_t context;
  std::unique_ptr<char[]> stack;
  bool done = false;
  Groups<Copy> copies;
  Groups<BulkStore> stores;
  bool fenced = false;  // since a thread of its warp ended a group of stores
  Groups<std::function<void()>> products;
  bool may_multiply = false;
  unsigned exchanged = 0;
  std::array<unsigned, 6> operands = {};  // of a product of its warp
};

// A thread block of the cluster that runs. Its fibers follow each other.
struct Block {
  unsigned index;  // in the grid
  char* shared;
  unsigned threads_left;
  Meeting meeting;
  std::vector<Meeting> named;
};

// Of the blocks of a cluster, each aligned as boxes under a swizzle are.
constexpr std::size_t kSharedAlignment = 1024;
std::vector<std::unique_ptr<char, decltype(&std::free)>> shared_memories;

std::vector<Fiber> fibers;
std::vector<Block> blocks;
unsigned block_threads = 0;
ucontext_t scheduler;
unsigned running = 0;
bool progress = false;  // since the scheduler last looked
const std::function<void()>* body = nullptr;
Meeting cluster_meeting;
std::vector<Meeting> warp_meetings;
std::unordered_map<void*, BulkCopies> bulk_copies;  // by barrier

Block& running_block() { return blocks[running / block_threads]; }

void enter_fiber() {
  (*body)();
  const Fiber& fiber = fibers[running];
  if (!fiber.copies.empty() || !fiber.stores.empty())
    give_up("a thread ended with copies under way");
  if (!fiber.products.empty()) give_up("a thread ended with products under way");
  fibers[running].done = true;
  --running_block().threads_left;
  progress = true;
  swapcontext(&fibers[running].context, &scheduler);
}

void yield() { swapcontext(&fibers[running].context, &scheduler); }

// The last to arrive lets the others go, and goes on when it is its turn again.
void meet(Meeting& meeting, unsigned threads) {
  progress = true;
  const unsigned generation = meeting.generation;
  if (++meeting.arrived == threads) {
    meeting.arrived = 0;
    ++meeting.generation;
    yield();
    return;
  }
  while (meeting.generation == generation) yield();
  progress = true;
}

}  // namespace

void barrier() { meet(running_block().meeting, block_threads); }

void cluster_barrier() { meet(cluster_meeting, static_cast<unsigned>(fibers.size())); }

void named_barrier(int id, unsigned threads) {
  if (id < 1 || id > 15) give_up("a barrier that there is not");
  meet(running_block().named[static_cast<std::size_t>(id)], threads);
}

void warp_barrier() {
  constexpr unsigned kWarp = 32;
  const unsigned first = running / kWarp * kWarp;
  const unsigned left = static_cast<unsigned>(fibers.size()) - first;
  meet(warp_meetings[running / kWarp], left < kWarp ? left : kWarp);
}

namespace {

// Lets the threads of a warp run, each up to where it waits, as long as one of them gets on. Returns whether
// any did.
bool run_warp(unsigned first, unsigned last, bool backwards) {
  bool ever = false;
  do {
    progress = false;
    for (unsigned turn = first; turn < last; ++turn) {
      running = backwards ? first + last - 1 - turn : turn;
      threadIdx = {running % block_threads, 0, 0};
      blockIdx = {running_block().index, 0, 0};
      if (!fibers[running].done) swapcontext(&scheduler, &fibers[running].context);
    }
    ever |= progress;
  } while (progress);
  return ever;
}

// Blocks of a cluster from number `first` of the grid on, and their threads.
void begin_cluster(unsigned first, unsigned cluster, unsigned threads) {
  constexpr std::size_t kStackBytes = 128 << 10;
  if (cluster > 1 && threads % 32 != 0) give_up("a cluster of blocks that are not whole warps");
  block_threads = threads;
  blocks.clear();
  // What follows a block's shared memory belongs to nobody.
  const std::size_t room = (shared_bytes / kSharedAlignment + 1) * kSharedAlignment;
  for (unsigned rank = 0; rank < cluster; ++rank) {
    if (rank == shared_memories.size())
      shared_memories.emplace_back(static_cast<char*>(std::aligned_alloc(kSharedAlignment, room)),
                                   &std::free);
    char* const shared = shared_memories[rank].get();
    std::memset(shared, 0xff, shared_bytes);
    ASAN_POISON_MEMORY_REGION(shared + shared_bytes, room - shared_bytes);
    blocks.push_back({first + rank, shared, threads, {}, std::vector<Meeting>(16)});
  }
  cluster_meeting = {};
  warp_meetings.assign((cluster * threads + 31) / 32, {});
  fibers.clear();
  fibers.resize(cluster * threads);
  for (Fiber& fiber : fibers) {
    fiber.stack.reset(new char[kStackBytes]);
    getcontext(&fiber.context);
    fiber.context.uc_stack = {fiber.stack.get(), 0, kStackBytes};
    fiber.context.uc_link = nullptr;
    makecontext(&fiber.context, enter_fiber, 0);
  }
}

// Runs the thread blocks of a cluster.
void run_cluster(unsigned first, unsigned cluster, unsigned threads, bool backwards,
                 const std::function<void()>& thread_body) {
  begin_cluster(first, cluster, threads);
  body = &thread_body;
  const unsigned warps = static_cast<unsigned>(warp_meetings.size());
  const auto all_done = [] {
    for (const Block& block : blocks)
      if (block.threads_left > 0) return false;
    return true;
  };
  while (!all_done()) {
    bool any = false;
    for (unsigned turn = 0; turn < warps; ++turn) {
      const unsigned warp = backwards ? warps - 1 - turn : turn;
      any |= run_warp(32 * warp, std::min(32 * warp + 32, cluster * threads), backwards);
    }
    if (!any) give_up("threads that wait for ever");
  }
  if (!bulk_copies.empty()) give_up("a thread block ended with bulk copies under way");
}

}  // namespace

Buffer::Buffer(std::size_t bytes)
    : data(static_cast<char*>(std::aligned_alloc(16, (bytes + 15) / 16 * 16))), size(bytes) {
  std::memset(data, 0xff, bytes);
  ASAN_POISON_MEMORY_REGION(data + bytes, (bytes + 15) / 16 * 16 - bytes);
}

Buffer::Buffer(const std::string& file) : Buffer(read_file(file)) {}

Buffer::Buffer(const std::vector<char>& content) : Buffer(content.size()) {
  std::copy(content.begin(), content.end(), data);
}

void Buffer::write(const std::string& path) const {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  const bool written = file != nullptr && std::fwrite(data, 1, size, file) == size;
  if (!written || std::fclose(file) != 0) give_up("a file cannot be written");
}

void launch(unsigned grid, unsigned cluster, unsigned threads, bool backwards,
            const std::function<void()>& thread) {
  if (grid % cluster != 0) give_up("a grid that is not whole clusters");
  gridDim = {grid, 1, 1};
  blockDim = {threads, 1, 1};
  for (unsigned first = 0; first < grid; first += cluster)
    run_cluster(first, cluster, threads, backwards, thread);
}

unsigned lane() { return running % 32; }

std::array<unsigned, 6>& operands_of(unsigned lane) {
  return fibers[running / 32 * 32 + lane].operands;
}

void copy_later(void* to, const void* from, int bytes, bool valid) {
  fibers[running].copies.open.push_back({to, from, bytes, valid});
}

void commit() { fibers[running].copies.close(); }

void wait(std::size_t pending) {
  fibers[running].copies.finish(pending, [](const Copy& copy) {
    if (copy.valid)
      std::memcpy(copy.to, copy.from, static_cast<std::size_t>(copy.bytes));
    else
      std::memset(copy.to, 0, static_cast<std::size_t>(copy.bytes));
  });
}

namespace {

// The state of a barrier in shared memory: what makes it one, its phase, arrivals and those that are still
// missing, and the bytes announced and not there yet.
struct BarrierState {
  unsigned magic : 8;
  unsigned phase : 1;
  unsigned arrivals : 11;
  unsigned missing : 11;
  unsigned bytes;
};
static_assert(sizeof(BarrierState) == 8, "as large as the barrier");
constexpr unsigned kBarrierMagic = 0xba;

BarrierState barrier_state(const void* barrier) {
  BarrierState state;
  std::memcpy(&state, barrier, sizeof state);
  if (state.magic != kBarrierMagic) give_up("a barrier that nobody initialised");
  return state;
}

// Stores the state; the phase ends where nothing is missing.
void set_barrier(void* barrier, BarrierState state) {
  if (state.missing == 0 && state.bytes == 0) {
    state.phase ^= 1;
    state.missing = state.arrivals;
  }
  std::memcpy(barrier, &state, sizeof state);
}

}  // namespace

void barrier_init(void* barrier, unsigned arrivals) {
  set_barrier(barrier, {kBarrierMagic, 0, arrivals, arrivals, 0});
}

bool barrier_arrive(void* barrier, unsigned bytes) {
  BarrierState state = barrier_state(barrier);
  if (state.missing == 0) give_up("an arrival before the bytes of the last phase were waited for");
  --state.missing;
  state.bytes += bytes;
  const bool last = state.missing == 0;
  set_barrier(barrier, state);
  return last;
}

void bulk_copy(void* to, const void* from, unsigned bytes, void* barrier) {
  std::memset(to, 0xff, bytes);
  BulkCopies& copies = bulk_copies[barrier];
  copies.all.push_back({to, from, bytes});
  copies.bytes += bytes;
}

namespace {

// All copies of a barrier land once everybody has arrived and they are all that was announced: other blocks of
// a cluster may still have to order theirs.
void land(void* barrier) {
  BarrierState state = barrier_state(barrier);
  if (state.missing != 0 || state.bytes == 0) return;
  const auto copies = bulk_copies.find(barrier);
  if (copies == bulk_copies.end() || copies->second.bytes < state.bytes) return;
  if (copies->second.bytes > state.bytes) give_up("more copies than the bytes announced");
  for (const BulkCopy& copy : copies->second.all)
    if (copy.from != nullptr)
      std::memcpy(copy.to, copy.from, copy.bytes);
    else
      std::memset(copy.to, 0, copy.bytes);
  bulk_copies.erase(copies);
  state.bytes = 0;
  set_barrier(barrier, state);
}

}  // namespace

// The phase of a parity is over when the barrier is in one of the other parity.
void barrier_wait(void* barrier, unsigned parity) {
  while (barrier_state(barrier).phase == parity) {
    land(barrier);
    if (barrier_state(barrier).phase != parity) break;
    yield();
  }
  progress = true;
}

std::size_t shared_offset(const void* shared) {
  const auto offset = static_cast<const char*>(shared) - running_block().shared;
  if (offset < 0 || offset > static_cast<std::ptrdiff_t>(shared_bytes))
    give_up("an address outside shared memory");
  return static_cast<std::size_t>(offset);
}
char* shared_address(std::size_t offset) { return running_block().shared + offset; }

char* peer_address(const void* shared, unsigned rank) {
  if (rank >= blocks.size()) give_up("a block that the cluster does not have");
  if (blocks[rank].threads_left == 0) give_up("shared memory of a block that has ended");
  return blocks[rank].shared + shared_offset(shared);
}

void fence() { fibers[running].fenced = true; }

namespace {

template <typename Do>
void each_lane(Do lane) {
  const unsigned first = running / 32 * 32;
  for (unsigned i = first; i < first + 32 && i < fibers.size(); ++i) lane(fibers[i]);
}

}  // namespace

void require_fences() {
  each_lane([](const Fiber& fiber) {
    if (!fiber.fenced) give_up("a store of what no fence made visible");
  });
}

void store_later(void* to, const void* from, unsigned bytes) {
  fibers[running].stores.open.push_back({to, from, bytes});
}

void end_store_group() {
  fibers[running].stores.close();
  each_lane([](Fiber& fiber) { fiber.fenced = false; });
}

void finish_stores(std::size_t pending) {
  fibers[running].stores.finish(
      pending, [](const BulkStore& store) { std::memcpy(store.to, store.from, store.bytes); });
}

void begin_product_group() {
  fibers[running].may_multiply = true;
  warp_barrier();
}

void product_later(std::function<void()> product) {
  if (!fibers[running].may_multiply) give_up("products that no fence precedes");
  fibers[running].products.open.push_back(std::move(product));
}

void end_product_group() {
  fibers[running].may_multiply = false;
  fibers[running].products.close();
}

void finish_products(std::size_t pending) {
  fibers[running].products.finish(pending, [](const std::function<void()>& product) { product(); });
  warp_barrier();
}

unsigned shuffle(unsigned word, unsigned lane) {
  fibers[running].exchanged = word;
  warp_barrier();
  const unsigned got = fibers[running / 32 * 32 + lane % 32].exchanged;
  warp_barrier();
  return got;
}

}  // namespace cuda_on_host
