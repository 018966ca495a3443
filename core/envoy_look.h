/* A quick look at lines of Envoy's format.  See looks.h. */
#ifndef HTTPSTATUS_ENVOY_LOOK_H
#define HTTPSTATUS_ENVOY_LOOK_H

enum { ENVOY_STAMP = sizeof "[2016-04-15T20:17:00.310Z] " - 1 };

static const struct form envoy_form = {
    "[0000-00-00T00:00:00.000Z] \"\0\0\0\0"
    "\" 000 AAAAAAAAAAAAAAAAAAAAAAAAAA",
    "[9999-99-99T99:99:99.999Z] \"\xff\xff\xff\xff"
    "\" 999 ZZZZZZZZZZZZZZZZZZZZZZZZZZ",
};

#endif

TARGET INLINE int ISA(envoy_line)(const char *line, const char *open, const char *close)
{
    const uint64_t needed = status_fits | ((UINT64_C(2) << ENVOY_STAMP) - 1);

    if (open - line != ENVOY_STAMP || close[-1] == '\\')
        return UNPROVED;
    ISA(block) around = ISA(join)(line, close);
    uint64_t fits = ISA(fits)(around, &envoy_form), ends = ISA(equal)(around, ' ') >> AFTER_STATUS;
    uint64_t flags = close[AFTER_STATUS - BEHIND] == '-' ? 1 : fits >> AFTER_STATUS;
    if ((~fits & needed) || ((flags + 1) & ends) <= 1)
        return UNPROVED;
    return three_digits(close + 2);
}
