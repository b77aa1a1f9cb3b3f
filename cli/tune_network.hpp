// Every layer of a network in one sweep.
#pragma once

#include <cstdint>
#include <filesystem>

#include <cli/network.hpp>
#include <rbgp/tuner.hpp>

namespace rbgp::cli {

struct NetworkSweep {
  Network network;
  std::int64_t batch = 0;  // 0: the network's own
  // What all layers have in common; its budget is that of the whole network, and what a layer leaves of its
  // share goes to the others. Sizes and journal are the layers' own.
  TuneRequest request;
  std::filesystem::path plans;  // folder of LAYER.json
  std::filesystem::path
      journals;  // folder of LAYER.jsonl, by the first of equal layers; empty: none
  bool resume = false;  // a layer's journal, at least, has to be there
  std::string wisdom;  // as --wisdom
  bool json = false;
};

// Tunes equal layers once, writes each plan as soon as there is one, and prints a table of the layers and
// their sum. Layers that the paper leaves dense are timed dense. A signal ends it with what is known.
// Errors: as tune(), naming the layer; io.
void tune_network(const NetworkSweep& sweep);

}  // namespace rbgp::cli
