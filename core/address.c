/* IP addresses as URLs have them. */
#include "address.h"

int64_t httpstatus_parse_digits(struct httpstatus_text text, int base, int64_t most)
{
    int64_t number = text.size ? 0 : -1;

    for (size_t i = 0; i < text.size; i++) {
        const int digit = hex_digit(text.data[i]);
        if (digit < 0 || digit >= base)
            return -1;
        if (number <= most)
            number = number * base + digit;
    }
    return number;
}

/* ---- IPv6 ---- */

/* Its last two pieces, written as IPv4: four numbers, without zeros in front. */
static bool read_dotted(struct httpstatus_text rest, unsigned pieces[2])
{
    pieces[0] = pieces[1] = 0;
    for (int i = 0; i < 4; i++) {
        struct httpstatus_text part = take_until(&rest, ".");
        const int64_t number = httpstatus_parse_digits(part, 10, 255);
        if (number < 0 || number > 255 || (part.size > 1 && *part.data == '0') ||
            (i < 3) != (rest.size > 0))
            return false;
        pieces[i / 2] = pieces[i / 2] * 256 + (unsigned)number;
        if (i < 3)
            move_past(&rest, 1);
    }
    return true;
}

/* One piece, or two at the end of the address; returns how many, 0 if it is wrong. */
static size_t read_piece(struct httpstatus_text piece, bool last, size_t room, unsigned *pieces)
{
    if (last && room >= 2 && memchr(piece.data, '.', piece.size))
        return read_dotted(piece, pieces) ? 2 : 0;
    const int64_t number = piece.size <= 4 ? httpstatus_parse_digits(piece, 16, 0xFFFF) : -1;
    if (room == 0 || number < 0)
        return 0;
    *pieces = (unsigned)number;
    return 1;
}

/* Moves the pieces behind "::", which stands for one or more zeros, to the end. */
static bool fill_gap(unsigned *pieces, size_t count, size_t gap)
{
    const size_t behind = count - gap;

    if (count == HTTPSTATUS_IPV6_PIECES)
        return false;
    memmove(pieces + HTTPSTATUS_IPV6_PIECES - behind, pieces + gap, behind * sizeof *pieces);
    memset(pieces + gap, 0, (HTTPSTATUS_IPV6_PIECES - count) * sizeof *pieces);
    return true;
}

bool httpstatus_read_ipv6(struct httpstatus_text rest, unsigned pieces[HTTPSTATUS_IPV6_PIECES])
{
    enum { NO_GAP = HTTPSTATUS_IPV6_PIECES + 1 };
    size_t count = 0, gap = NO_GAP;

    if (rest.size >= 2 && memcmp(rest.data, "::", 2) == 0) {
        gap = 0;
        move_past(&rest, 2);
    }
    while (rest.size) {
        struct httpstatus_text piece = take_until(&rest, ":");
        const size_t read =
            read_piece(piece, !rest.size, HTTPSTATUS_IPV6_PIECES - count, pieces + count);
        if (!read || rest.size == 1)
            return false;
        count += read;
        if (rest.size && rest.data[1] == ':') {
            if (gap != NO_GAP)
                return false;
            gap = count;
            move_past(&rest, 1);
        }
        if (rest.size)
            move_past(&rest, 1);
    }
    return gap == NO_GAP ? count == HTTPSTATUS_IPV6_PIECES : fill_gap(pieces, count, gap);
}

/* ---- IPv4 ---- */

static int64_t read_ipv4_part(struct httpstatus_text part)
{
    int base = 10;

    if (part.size == 2 && memcmp(part.data, "0x", 2) == 0)
        return 0;
    if (part.size > 1 && *part.data == '0') {
        base = part.data[1] == 'x' ? 16 : 8;
        move_past(&part, base == 16 ? 2 : 1);
    }
    return httpstatus_parse_digits(part, base, UINT32_MAX);
}

/* Whether the last part is a number, be it a valid one or not. */
static bool ends_in_number(struct httpstatus_text name)
{
    struct httpstatus_text last = name;

    while (memchr(last.data, '.', last.size)) {
        take_until(&last, ".");
        move_past(&last, 1);
    }
    return httpstatus_parse_digits(last, 10, 0) >= 0 || read_ipv4_part(last) >= 0;
}

enum httpstatus_ipv4 httpstatus_read_ipv4(struct httpstatus_text name, uint32_t *address)
{
    uint64_t sum = 0;

    if (!ends_in_number(name))
        return HTTPSTATUS_IPV4_NAME;
    for (int bits = 32; bits; bits -= 8) {
        const int64_t number = read_ipv4_part(take_until(&name, "."));
        if (number < 0 || number >> (name.size ? 8 : bits))
            return HTTPSTATUS_IPV4_WRONG;
        if (!name.size) {
            *address = (uint32_t)(sum << bits | (uint64_t)number);
            return HTTPSTATUS_IPV4;
        }
        sum = sum << 8 | (uint64_t)number;
        move_past(&name, 1);
    }
    return HTTPSTATUS_IPV4_WRONG;
}
