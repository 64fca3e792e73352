// Handles, status, threads, seeds.
#ifndef CT_CORE_H
#define CT_CORE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define CT_BEGIN extern "C" {
#define CT_END }
#else
#define CT_BEGIN
#define CT_END
#endif

CT_BEGIN
typedef struct CTTensorOpaque *CTTensor;
typedef int32_t CTStatus;  // 0: done
enum { CT_OK = 0, CT_ERROR_TORCH = 1, CT_ERROR_STD = 2, CT_ERROR_UNKNOWN = 3 };

const char *ct_last_error(void);      // of this thread
void ct_fail(const char *message);    // makes it the last error of this thread
const char *ct_version(void);         // "2.11.0"
const char *ct_cpu_capability(void);  // "AVX512"
bool ct_has_mkldnn(void);

void ct_set_threads(int32_t n);
int32_t ct_threads(void);
void ct_seed(uint64_t seed);  // the default generators of all devices
// From now on blocks of a megabyte and more are kept when they are freed, as far as they would not raise the peak much.
void ct_keep_large_blocks(void);
CT_END
#endif
