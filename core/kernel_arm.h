/* AArch64: the primitives that looks.h is written in, with NEON, which every AArch64 CPU has. */
#include <arm_neon.h>

#define NEON
typedef uint8x16_t neon_vector;

NEON INLINE uint8x16_t neon_load16(const char *p)
{
    return vld1q_u8((const uint8_t *)p);
}
NEON INLINE uint8x16_t neon_set16(char c)
{
    return vdupq_n_u8((uint8_t)c);
}
NEON INLINE uint8x16_t neon_equal16(uint8x16_t a, uint8x16_t b)
{
    return vceqq_u8(a, b);
}
NEON INLINE uint8x16_t neon_or16(uint8x16_t a, uint8x16_t b)
{
    return vorrq_u8(a, b);
}
NEON INLINE uint8x16_t neon_and16(uint8x16_t a, uint8x16_t b)
{
    return vandq_u8(a, b);
}
NEON INLINE uint8x16_t neon_except16(uint8x16_t a, uint8x16_t b)
{
    return vbicq_u8(a, b);
}

NEON INLINE uint8x16_t neon_between16(uint8x16_t bytes, uint8x16_t first, uint8x16_t last)
{
    return vandq_u8(vcgeq_u8(bytes, first), vcleq_u8(bytes, last));
}

/* Each byte keeps the bit of its place among eight; adding pairs three times joins the bits. */
NEON INLINE uint64_t neon_mask(uint8x16_t a, uint8x16_t b, uint8x16_t c, uint8x16_t d)
{
    const uint8x16_t bits = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t ab = vpaddq_u8(vandq_u8(a, bits), vandq_u8(b, bits));
    uint8x16_t cd = vpaddq_u8(vandq_u8(c, bits), vandq_u8(d, bits));
    uint8x16_t all = vpaddq_u8(ab, cd);

    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(all, all)), 0);
}

NEON INLINE unsigned neon_count(uint64_t mask)
{
    return vaddv_u8(vcnt_u8(vcreate_u8(mask)));
}

#define ISA(name) neon_##name
#define TARGET NEON
#include "kernel_16.h"
