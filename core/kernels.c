/* Chooses the kernel that finds the lines of a window: the fastest that this CPU supports. */
#include "kernel.h"

#include "columns.h"
#include "json.h"
#include "prefix.h"
#include "tokens.h"

/*
 * Leaves the line around 'at', which is the i-th or a later one, to the careful reader; returns
 * which it is.
 */
static size_t leave_line(size_t at, size_t i, struct window *window)
{
    while (i < window->count && window->ends[i] < at)
        i++;
    if (i < window->count)
        window->statuses[i] = UNPROVED;
    return i;
}

/*
 * A CR that is not before the LF of its line may be meant as the end of a line, which nothing here
 * takes it for.  Leaves such lines to the careful reader, from 'at' on, which is in the i-th line
 * or a later one.
 */
static void leave_returns(const char *p, size_t at, size_t size, size_t i, struct window *window)
{
    const char *end = p + size, *cr;

    for (p += at; p < end && (cr = memchr(p, '\r', (size_t)(end - p))) != NULL; p = cr + 1)
        if (cr + 1 == end || cr[1] != '\n')
            i = leave_line((size_t)(cr - end) + size, i, window);
}

/* ---- Scalar: memchr() ---- */

static void scalar_kernel(const struct httpstatus_setup *setup, const char *p, size_t size,
                          const char *limit, struct window *window)
{
    const struct format *format = format_of(setup->format);
    const char *line = p, *end = p + size, *lf;
    size_t count = 0;

    (void)limit;
    for (; line < end && (lf = memchr(line, '\n', (size_t)(end - line))) != NULL; line = lf + 1) {
        const char *stop = lf - (lf > line && lf[-1] == '\r');
        int status = format->scalar_look ? format->scalar_look(line, stop) : UNPROVED;
        window->ends[count] = (uint16_t)(lf - p);
        window->statuses[count++] = (int16_t)status;
    }
    window->count = count;
    window->has_opens = false;
    window->returns = memchr(p, '\r', size) != NULL;
    if (window->returns)
        leave_returns(p, 0, size, 0, window);
}

static size_t scalar_edges(const char *p, size_t size, size_t most, uint16_t *edges)
{
    (void)p;
    (void)size;
    (void)most;
    (void)edges;
    return 0;
}

static bool always(void)
{
    return true;
}

/* ---- Vectors ---- */

/*
 * The choice among them needs atomics.  GCC's code crashes on 32-byte vectors on the stack, which
 * Windows aligns to 16 bytes (GCC bug 54412); Clang's does not.
 */
#if !defined(HTTPSTATUS_NO_SIMD) && !defined(__STDC_NO_ATOMICS__) && defined(__GNUC__)
#if defined(__x86_64__) && (!defined(__SEH__) || defined(__clang__))
#define KERNELS_X86
#elif defined(__aarch64__) && defined(__AARCH64EL__)
#define KERNELS_ARM
#endif
#endif

#if defined(KERNELS_X86) || defined(KERNELS_ARM)
#include "look.h"
#endif

#if defined(KERNELS_X86)
#include "kernel_x86.h"

#define ISA(name) sse2_##name
#define TARGET SSE2
#include "looks.h"

#define ISA(name) avx2_##name
#define TARGET AVX2
#include "looks.h"

#define ISA(name) avx512_##name
#define TARGET AVX512
#include "looks.h"

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("pclmul");
}

static bool has_avx512(void)
{
    return has_avx2() && __builtin_cpu_supports("avx512bw");
}
#elif defined(KERNELS_ARM)
#include "kernel_arm.h"

#define ISA(name) neon_##name
#define TARGET NEON
#include "looks.h"
#endif

/* ---- The choice ---- */

struct kernel {
    const char *name;
    bool (*runs_here)(void);
    kernel_function *look;
    edges_function *edges;
    names_function *names; /* NULL: it proves no status of JSON, so nobody asks */
};

/* The fastest first.  data/generate.py reads the names, and the comments, which users see. */
static const struct kernel kernels[] = {
#if defined(KERNELS_X86)
    {"avx512", has_avx512, avx512_kernel, avx512_edges, avx512_names}, /* x86-64 with AVX-512 */
    {"avx2", has_avx2, avx2_kernel, avx2_edges, avx2_names},           /* x86-64 with AVX2 */
    {"sse2", always, sse2_kernel, sse2_edges, sse2_names},             /* x86-64 */
#elif defined(KERNELS_ARM)
    {"neon", always, neon_kernel, neon_edges, neon_names}, /* AArch64 */
#endif
    {"scalar", always, scalar_kernel, scalar_edges, NULL}, /* every machine */
};
enum { KERNELS = sizeof kernels / sizeof kernels[0] };

#if defined(KERNELS_X86) || defined(KERNELS_ARM)
#include <stdatomic.h>

/* NULL: none yet.  Racing first calls store the same value. */
static const struct kernel *_Atomic chosen;

static void choose(const struct kernel *one)
{
    atomic_store_explicit(&chosen, one, memory_order_relaxed);
}

static const struct kernel *the_kernel(void)
{
    const struct kernel *one = atomic_load_explicit(&chosen, memory_order_relaxed);

    if (one)
        return one;
    for (one = kernels; !one->runs_here(); one++)
        ;
    choose(one);
    return one;
}
#else
static void choose(const struct kernel *one)
{
    (void)one;
}
static const struct kernel *the_kernel(void)
{
    return kernels;
}
#endif

kernel_function *httpstatus_kernel(void)
{
    return the_kernel()->look;
}

size_t httpstatus_edges(const char *p, size_t size, size_t most, uint16_t *edges)
{
    return the_kernel()->edges(p, size, most, edges);
}

bool httpstatus_has_name(const struct httpstatus_sought *sought, const char *line, size_t from,
                         size_t size)
{
    return the_kernel()->names(sought, line, from, size);
}

const char *httpstatus_scanner_name(void)
{
    return the_kernel()->name;
}

bool httpstatus_scanner_use(const char *name, size_t size)
{
    for (size_t i = 0; i < KERNELS; i++)
        if (equal(name, size, kernels[i].name) && kernels[i].runs_here()) {
            choose(&kernels[i]);
            return true;
        }
    return false;
}

const char *httpstatus_scanner_at(size_t i)
{
    for (size_t j = 0; j < KERNELS; j++)
        if (kernels[j].runs_here() && i-- == 0)
            return kernels[j].name;
    return NULL;
}
