// CTorch: LibTorch behind a plain C interface, one header a topic.
//
// A `CTTensor` is one owned strong reference to a tensor. Every entry point that can fail returns a status and leaves
// its message with `ct_last_error` (of this thread); no C++ exception crosses the boundary.
#ifndef CTORCH_H
#define CTORCH_H
#include "ct_core.h"
#include "ct_tensor.h"
#include "ct_ops.h"
#include "ct_nn.h"
#include "ct_autograd.h"
#include "ct_optim.h"
#include "ct_cuda.h"
#include "ct_memory.h"
#include "ct_checkpoint.h"
#endif
