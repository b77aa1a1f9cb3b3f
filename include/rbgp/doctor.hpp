// What this machine has, what will be used of it, and how to get what is missing.
#pragma once

#include <string>
#include <vector>

namespace rbgp {

struct DoctorItem {
  std::string name;    // "NVRTC"
  bool found = false;
  std::string value;   // version and path, or why it is missing
  std::string advice;  // how to get it; empty where it is there
};

// In the order in which people look: processor, compilers, GPUs and their libraries, cache. Changes nothing.
std::vector<DoctorItem> doctor();

}  // namespace rbgp
