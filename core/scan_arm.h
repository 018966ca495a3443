/* AArch64: the primitives that scan_lines.h is written in, of NEON, which every AArch64 has. */
#include <arm_neon.h>

#define NEON
typedef struct {
    uint8x16_t part[4];
} neon_block;

NEON INLINE uint8x16_t neon_load16(const char *p) { return vld1q_u8((const uint8_t *)p); }

NEON INLINE neon_block neon_join(const char *p, const char *q)
{
    return (neon_block){{neon_load16(p), neon_load16(p + 16), neon_load16(q), neon_load16(q + 16)}};
}

NEON INLINE neon_block neon_load(const char *p) { return neon_join(p, p + 32); }

/* Every byte keeps the bit of its place in a group of eight; adding pairs thrice joins them. */
NEON INLINE uint64_t neon_mask(uint8x16_t a, uint8x16_t b, uint8x16_t c, uint8x16_t d)
{
    const uint8x16_t bits = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t ab = vpaddq_u8(vandq_u8(a, bits), vandq_u8(b, bits));
    uint8x16_t cd = vpaddq_u8(vandq_u8(c, bits), vandq_u8(d, bits));
    uint8x16_t all = vpaddq_u8(ab, cd);

    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(all, all)), 0);
}

NEON INLINE uint64_t neon_equal(neon_block b, char c)
{
    uint8x16_t to = vdupq_n_u8((uint8_t)c);

    return neon_mask(vceqq_u8(b.part[0], to), vceqq_u8(b.part[1], to), vceqq_u8(b.part[2], to),
                     vceqq_u8(b.part[3], to));
}

NEON INLINE uint8x16_t neon_between(uint8x16_t bytes, uint8x16_t first, uint8x16_t last)
{
    return vandq_u8(vcgeq_u8(bytes, first), vcleq_u8(bytes, last));
}

NEON INLINE uint64_t neon_fits(neon_block b, const struct form *form)
{
    neon_block first = neon_load(form->first), last = neon_load(form->last);

    return neon_mask(neon_between(b.part[0], first.part[0], last.part[0]),
                     neon_between(b.part[1], first.part[1], last.part[1]),
                     neon_between(b.part[2], first.part[2], last.part[2]),
                     neon_between(b.part[3], first.part[3], last.part[3]));
}

NEON INLINE uint64_t neon_within(neon_block b, char first, char last)
{
    uint8x16_t from = vdupq_n_u8((uint8_t)first), to = vdupq_n_u8((uint8_t)last);

    return neon_mask(neon_between(b.part[0], from, to), neon_between(b.part[1], from, to),
                     neon_between(b.part[2], from, to), neon_between(b.part[3], from, to));
}

NEON INLINE uint64_t neon_field_ends(neon_block b)
{
    return neon_equal(b, ' ') | neon_equal(b, '"') | neon_equal(b, '\n');
}

NEON INLINE uint64_t neon_either(neon_block b, char c, char d)
{
    return neon_equal(b, c) | neon_equal(b, d);
}

NEON INLINE neon_block neon_lower(neon_block b)
{
    uint8x16_t bit = vdupq_n_u8(0x20);

    return (neon_block){{vorrq_u8(b.part[0], bit), vorrq_u8(b.part[1], bit),
                         vorrq_u8(b.part[2], bit), vorrq_u8(b.part[3], bit)}};
}

NEON INLINE uint64_t neon_json_plain(neon_block b)
{
    neon_block lower = neon_lower(b);

    return neon_within(lower, 'a', '{') | neon_equal(lower, '}') | neon_within(b, '0', '9') |
           neon_within(b, ',', '-') | neon_equal(b, ' ');
}

NEON INLINE unsigned neon_count(uint64_t mask)
{
    return vaddv_u8(vcnt_u8(vcreate_u8(mask)));
}

NEON INLINE unsigned neon_first(uint64_t mask)
{
    return (unsigned)__builtin_ctzll(mask | UINT64_C(1) << 63);
}

NEON INLINE uint64_t neon_parity(uint64_t mask)
{
    for (int shift = 1; shift < 64; shift *= 2)
        mask ^= mask << shift;
    return mask;
}
