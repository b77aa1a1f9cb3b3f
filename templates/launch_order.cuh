// Launches that follow each other in a stream (sm_90 and newer). One that was launched to overlap with those
// before it begins when all blocks of the last one have let it and room is free, and waits itself for what
// it needs of them: everything that may come from, or go to, memory that another kernel uses. Launched without
// that, it begins when they have ended, and both do nothing.
#pragma once

__device__ __forceinline__ void let_next_launch_begin() {
  asm volatile("griddepcontrol.launch_dependents;" ::: "memory");
}

// What all launches before this one wrote is there when it returns, and nobody reads what they read.
__device__ __forceinline__ void wait_for_earlier_launches() {
  asm volatile("griddepcontrol.wait;" ::: "memory");
}
