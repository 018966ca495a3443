/* Which scanner reads logs: the scalar one, or the fastest vector instructions of this CPU. */
#include "scan.h"

#include "tokens.h"

/* Leaves the line that 'at' is in to the careful reader: it is the i-th or a later one; returns which. */
static size_t leave_line(size_t at, size_t i, struct scan_lines *lines)
{
    while (i < lines->count && lines->ends[i] < at)
        i++;
    if (i < lines->count)
        lines->statuses[i] = SCAN_UNPROVED;
    return i;
}

/*
 * A CR that is not before the LF of its line may be an end of a line that no reader takes for one: those
 * lines are left to the careful reader, from 'at' on, which is in the i-th or a later one.
 */
static void leave_returns(const char *p, size_t at, size_t size, size_t i, struct scan_lines *lines)
{
    const char *end = p + size, *cr;

    for (p += at; p < end && (cr = memchr(p, '\r', (size_t)(end - p))) != NULL; p = cr + 1)
        if (cr + 1 == end || cr[1] != '\n')
            i = leave_line((size_t)(cr - end) + size, i, lines);
}

/* ---- Scalar: memchr() ---- */

static void scalar_window(const struct httpstatus_setup *setup, const char *p, size_t size,
                          const char *limit, struct scan_lines *lines)
{
    const struct format *format = format_of(setup->format);
    const char *line = p, *end = p + size, *lf;
    size_t count = 0;

    (void)limit;
    for (; line < end && (lf = memchr(line, '\n', (size_t)(end - line))) != NULL; line = lf + 1) {
        const char *stop = lf - (lf > line && lf[-1] == '\r');
        int status = format->scalar_look ? format->scalar_look(line, stop) : SCAN_UNPROVED;
        lines->ends[count] = (uint16_t)(lf - p);
        lines->statuses[count++] = (int16_t)status;
    }
    lines->count = count;
    lines->returns = memchr(p, '\r', size) != NULL;
    if (lines->returns)
        leave_returns(p, 0, size, 0, lines);
}

static bool always(void) { return true; }

/* ---- Vectors ---- */

/*
 * The choice among them has to be atomic.  GCC puts 32-byte vectors on a stack that Windows aligns
 * to 16 bytes, and crashes on them (GCC bug 54412); Clang does not.
 */
#if !defined(HTTPSTATUS_NO_SIMD) && !defined(__STDC_NO_ATOMICS__) && defined(__GNUC__)
#if defined(__x86_64__) && (!defined(__SEH__) || defined(__clang__))
#define SCAN_X86
#elif defined(__aarch64__) && defined(__AARCH64EL__)
#define SCAN_ARM
#endif
#endif

#if defined(SCAN_X86) || defined(SCAN_ARM)
#include "scan_parts.h"
#endif

#if defined(SCAN_X86)
#include "scan_x86.h"

#define SCAN(name) sse2_scan_##name
#define ISA(name) sse2_##name
#define TARGET SSE2
#include "scan_lines.h"

#define SCAN(name) avx2_scan_##name
#define ISA(name) avx2_##name
#define TARGET AVX2
#include "scan_lines.h"

#define SCAN(name) avx512_scan_##name
#define ISA(name) avx512_##name
#define TARGET AVX512
#include "scan_lines.h"

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("pclmul");
}

static bool has_avx512(void) { return has_avx2() && __builtin_cpu_supports("avx512bw"); }
#elif defined(SCAN_ARM)
#include "scan_arm.h"

#define SCAN(name) neon_scan_##name
#define ISA(name) neon_##name
#define TARGET NEON
#include "scan_lines.h"
#endif

/* ---- The choice ---- */

struct implementation {
    const char *name;
    bool (*runs_here)(void);
    scan_function *window;
};

/* The fastest first. */
static const struct implementation implementations[] = {
#if defined(SCAN_X86)
    {"avx512", has_avx512, avx512_scan_window},
    {"avx2", has_avx2, avx2_scan_window},
    {"sse2", always, sse2_scan_window},
#elif defined(SCAN_ARM)
    {"neon", always, neon_scan_window},
#endif
    {"scalar", always, scalar_window},
};
enum { IMPLEMENTATIONS = sizeof implementations / sizeof implementations[0] };

#if defined(SCAN_X86) || defined(SCAN_ARM)
#include <stdatomic.h>

/* NULL: none yet.  Racing first calls store the same value. */
static const struct implementation *_Atomic chosen;

static void choose(const struct implementation *one)
{
    atomic_store_explicit(&chosen, one, memory_order_relaxed);
}

static const struct implementation *implementation(void)
{
    const struct implementation *one = atomic_load_explicit(&chosen, memory_order_relaxed);

    if (one)
        return one;
    for (one = implementations; !one->runs_here(); one++)
        ;
    choose(one);
    return one;
}
#else
static void choose(const struct implementation *one) { (void)one; }
static const struct implementation *implementation(void) { return implementations; }
#endif

scan_function *httpstatus_scan_window(void)
{
    return implementation()->window;
}

const char *httpstatus_scanner_name(void)
{
    return implementation()->name;
}

bool httpstatus_scanner_use(const char *name, size_t size)
{
    for (size_t i = 0; i < IMPLEMENTATIONS; i++)
        if (equal(name, size, implementations[i].name) && implementations[i].runs_here()) {
            choose(&implementations[i]);
            return true;
        }
    return false;
}

const char *httpstatus_scanner_at(size_t i)
{
    for (size_t j = 0; j < IMPLEMENTATIONS; j++)
        if (implementations[j].runs_here() && i-- == 0)
            return implementations[j].name;
    return NULL;
}
