// The whole public API.
//
// Functions and const members may be called by several threads at once, for distinct outputs and files, unless they say
// otherwise. Those that time kernels, tune() and look_up() with `validate`, would time each other: one at a time.
#pragma once

#include <rbgp/codegen.hpp>
#include <rbgp/device.hpp>
#include <rbgp/doctor.hpp>
#include <rbgp/dtype.hpp>
#include <rbgp/epilogue.hpp>
#include <rbgp/error.hpp>
#include <rbgp/explain.hpp>
#include <rbgp/graph_export.hpp>
#include <rbgp/journal.hpp>
#include <rbgp/kernel.hpp>
#include <rbgp/matrix_order.hpp>
#include <rbgp/memory.hpp>
#include <rbgp/pattern.hpp>
#include <rbgp/picture.hpp>
#include <rbgp/plan.hpp>
#include <rbgp/problem.hpp>
#include <rbgp/product.hpp>
#include <rbgp/prune.hpp>
#include <rbgp/report.hpp>
#include <rbgp/search_bounds.hpp>
#include <rbgp/shard.hpp>
#include <rbgp/tuner.hpp>
#include <rbgp/wisdom.hpp>
