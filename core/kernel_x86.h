/*
 * x86-64: the primitives that looks.h is written in, with SSE2, AVX2 and AVX-512.  Bit i of a mask
 * stands for byte i of a block.  Each function names its instruction set by a target attribute: a
 * flag for the whole file would let the compiler use the set before the CPU has been asked.
 */
#include <immintrin.h>

/* ---- SSE2, which every x86-64 CPU has ---- */

#define SSE2
typedef __m128i sse2_vector;

SSE2 INLINE __m128i sse2_load16(const char *p)
{
    return _mm_loadu_si128((const __m128i *)p);
}
SSE2 INLINE __m128i sse2_set16(char c)
{
    return _mm_set1_epi8(c);
}
SSE2 INLINE __m128i sse2_equal16(__m128i a, __m128i b)
{
    return _mm_cmpeq_epi8(a, b);
}
SSE2 INLINE __m128i sse2_or16(__m128i a, __m128i b)
{
    return _mm_or_si128(a, b);
}

SSE2 INLINE __m128i sse2_and16(__m128i a, __m128i b)
{
    return _mm_and_si128(a, b);
}

/* Those of 'a' that are not in 'b'. */
SSE2 INLINE __m128i sse2_except16(__m128i a, __m128i b)
{
    return _mm_andnot_si128(b, a);
}

/* Clamping to the range changes only the bytes outside it. */
SSE2 INLINE __m128i sse2_between16(__m128i bytes, __m128i first, __m128i last)
{
    return _mm_cmpeq_epi8(_mm_min_epu8(_mm_max_epu8(bytes, first), last), bytes);
}

SSE2 INLINE uint64_t sse2_mask(__m128i a, __m128i b, __m128i c, __m128i d)
{
    return (uint64_t)(unsigned)_mm_movemask_epi8(d) << 48 |
           (uint64_t)(unsigned)_mm_movemask_epi8(c) << 32 |
           (uint64_t)(unsigned)_mm_movemask_epi8(b) << 16 | (unsigned)_mm_movemask_epi8(a);
}

SSE2 INLINE unsigned sse2_count(uint64_t mask)
{
    mask -= mask >> 1 & UINT64_C(0x5555555555555555);
    mask = (mask & UINT64_C(0x3333333333333333)) + (mask >> 2 & UINT64_C(0x3333333333333333));
    mask = (mask + (mask >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (unsigned)(mask * UINT64_C(0x0101010101010101) >> 56);
}

#define ISA(name) sse2_##name
#define TARGET SSE2
#include "kernel_16.h"

/* ---- AVX2 ---- */

#define FIELD_ENDS ' ', -1, '"', -1, -1, -1, -1, -1, -1, -1, '\n', -1, -1, -1, -1, -1
#define AVX2 __attribute__((target("avx2,bmi,popcnt,pclmul")))
typedef struct {
    __m256i part[2];
} avx2_block;

AVX2 INLINE __m256i avx2_load32(const char *p)
{
    return _mm256_loadu_si256((const __m256i *)p);
}

AVX2 INLINE avx2_block avx2_join(const char *p, const char *q)
{
    return (avx2_block){{avx2_load32(p), avx2_load32(q)}};
}

AVX2 INLINE avx2_block avx2_load(const char *p)
{
    return avx2_join(p, p + 32);
}

AVX2 INLINE uint64_t avx2_mask(__m256i low, __m256i high)
{
    return (uint64_t)(unsigned)_mm256_movemask_epi8(high) << 32 |
           (unsigned)_mm256_movemask_epi8(low);
}

AVX2 INLINE uint64_t avx2_equal(avx2_block b, char c)
{
    __m256i to = _mm256_set1_epi8(c);

    return avx2_mask(_mm256_cmpeq_epi8(b.part[0], to), _mm256_cmpeq_epi8(b.part[1], to));
}

/* Where one block has a byte and another has the other. */
AVX2 INLINE uint64_t avx2_both(avx2_block b, char c, avx2_block d, char e)
{
    __m256i to = _mm256_set1_epi8(c), other = _mm256_set1_epi8(e);

    return avx2_mask(
        _mm256_and_si256(_mm256_cmpeq_epi8(b.part[0], to), _mm256_cmpeq_epi8(d.part[0], other)),
        _mm256_and_si256(_mm256_cmpeq_epi8(b.part[1], to), _mm256_cmpeq_epi8(d.part[1], other)));
}

typedef __m256i avx2_seen;

AVX2 INLINE avx2_seen avx2_nothing(void)
{
    return _mm256_setzero_si256();
}

AVX2 INLINE avx2_seen avx2_see(avx2_seen seen, avx2_block b, char c)
{
    __m256i to = _mm256_set1_epi8(c);

    return _mm256_or_si256(
        seen, _mm256_or_si256(_mm256_cmpeq_epi8(b.part[0], to), _mm256_cmpeq_epi8(b.part[1], to)));
}

AVX2 INLINE bool avx2_has_seen(avx2_seen seen)
{
    return !_mm256_testz_si256(seen, seen);
}

AVX2 INLINE __m256i avx2_between(__m256i bytes, __m256i first, __m256i last)
{
    return _mm256_cmpeq_epi8(_mm256_min_epu8(_mm256_max_epu8(bytes, first), last), bytes);
}

AVX2 INLINE uint64_t avx2_fits(avx2_block b, const struct form *form)
{
    avx2_block first = avx2_load(form->first), last = avx2_load(form->last);

    return avx2_mask(avx2_between(b.part[0], first.part[0], last.part[0]),
                     avx2_between(b.part[1], first.part[1], last.part[1]));
}

AVX2 INLINE uint64_t avx2_within(avx2_block b, char first, char last)
{
    __m256i from = _mm256_set1_epi8(first), to = _mm256_set1_epi8(last);

    return avx2_mask(avx2_between(b.part[0], from, to), avx2_between(b.part[1], from, to));
}

/* The low half of a byte looks up the only byte with that half that ends a field, if any. */
AVX2 INLINE uint64_t avx2_field_ends(avx2_block b)
{
    const __m256i ends = _mm256_broadcastsi128_si256(_mm_setr_epi8(FIELD_ENDS));

    return avx2_mask(_mm256_cmpeq_epi8(_mm256_shuffle_epi8(ends, b.part[0]), b.part[0]),
                     _mm256_cmpeq_epi8(_mm256_shuffle_epi8(ends, b.part[1]), b.part[1]));
}

AVX2 INLINE uint64_t avx2_either(avx2_block b, char c, char d)
{
    __m256i to = _mm256_set1_epi8(c), or_to = _mm256_set1_epi8(d);

    return avx2_mask(
        _mm256_or_si256(_mm256_cmpeq_epi8(b.part[0], to), _mm256_cmpeq_epi8(b.part[0], or_to)),
        _mm256_or_si256(_mm256_cmpeq_epi8(b.part[1], to), _mm256_cmpeq_epi8(b.part[1], or_to)));
}

AVX2 INLINE avx2_block avx2_lower(avx2_block b)
{
    __m256i bit = _mm256_set1_epi8(0x20);

    return (avx2_block){{_mm256_or_si256(b.part[0], bit), _mm256_or_si256(b.part[1], bit)}};
}

enum { avx2_counts_bits = true };

AVX2 INLINE unsigned avx2_count(uint64_t mask)
{
    return (unsigned)_mm_popcnt_u64(mask);
}
AVX2 INLINE unsigned avx2_first(uint64_t mask)
{
    return (unsigned)_tzcnt_u64(mask);
}

AVX2 INLINE uint64_t avx2_parity(uint64_t mask)
{
    __m128i ones = _mm_set1_epi8((char)0xff);
    __m128i product = _mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)mask), ones, 0);

    return (uint64_t)_mm_cvtsi128_si64(product);
}

/* ---- AVX-512 ---- */

#define AVX512 __attribute__((target("avx512f,avx512bw,avx2,bmi,popcnt,pclmul")))
typedef __m512i avx512_block;

AVX512 INLINE avx512_block avx512_load(const char *p)
{
    return _mm512_loadu_si512(p);
}

AVX512 INLINE avx512_block avx512_join(const char *p, const char *q)
{
    return _mm512_inserti64x4(_mm512_castsi256_si512(avx2_load32(p)), avx2_load32(q), 1);
}

AVX512 INLINE uint64_t avx512_equal(avx512_block b, char c)
{
    return _mm512_cmpeq_epi8_mask(b, _mm512_set1_epi8(c));
}

AVX512 INLINE uint64_t avx512_both(avx512_block b, char c, avx512_block d, char e)
{
    return _mm512_mask_cmpeq_epi8_mask(avx512_equal(b, c), d, _mm512_set1_epi8(e));
}

typedef uint64_t avx512_seen;

AVX512 INLINE avx512_seen avx512_nothing(void)
{
    return 0;
}

AVX512 INLINE avx512_seen avx512_see(avx512_seen seen, avx512_block b, char c)
{
    return seen | avx512_equal(b, c);
}

AVX512 INLINE bool avx512_has_seen(avx512_seen seen)
{
    return seen != 0;
}

AVX512 INLINE uint64_t avx512_fits(avx512_block b, const struct form *form)
{
    return _mm512_mask_cmple_epu8_mask(_mm512_cmpge_epu8_mask(b, avx512_load(form->first)), b,
                                       avx512_load(form->last));
}

AVX512 INLINE uint64_t avx512_within(avx512_block b, char first, char last)
{
    return _mm512_cmple_epu8_mask(_mm512_sub_epi8(b, _mm512_set1_epi8(first)),
                                  _mm512_set1_epi8((char)(last - first)));
}

AVX512 INLINE uint64_t avx512_field_ends(avx512_block b)
{
    const __m512i ends = _mm512_broadcast_i32x4(_mm_setr_epi8(FIELD_ENDS));

    return _mm512_cmpeq_epi8_mask(_mm512_shuffle_epi8(ends, b), b);
}

AVX512 INLINE uint64_t avx512_either(avx512_block b, char c, char d)
{
    return avx512_equal(b, c) | avx512_equal(b, d);
}

AVX512 INLINE avx512_block avx512_lower(avx512_block b)
{
    return _mm512_or_si512(b, _mm512_set1_epi8(0x20));
}

#define avx512_counts_bits avx2_counts_bits
#define avx512_count avx2_count
#define avx512_first avx2_first
#define avx512_parity avx2_parity

#include "kernel_x86_json.h"
