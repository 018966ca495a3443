/* A quick look at lines of NCSA common and combined logs.  See looks.h. */
#ifndef HTTPSTATUS_CLF_LOOK_H
#define HTTPSTATUS_CLF_LOOK_H

enum { CLF_STAMP = sizeof "[10/Oct/2000:13:55:36 -0700] " - 1 };

static const struct form clf_form = {
    "[00/Aaa/0000:00:00:00 +0000] \"\0\0"
    "\" 000 00000000000000000000000000",
    "[39/Zzz/9999:99:99:99 -9999] \"\xff\xff"
    "\" 999 99999999999999999999999999",
};

#endif

TARGET INLINE int ISA(clf_line)(const char *line, const char *open, const char *close)
{
    const uint64_t needed = status_fits | ((UINT64_C(2) << CLF_STAMP) - 1);

    /* A blank or quote at the start does not count before the stamp; '#' may begin a comment. */
    if (open - line <= CLF_STAMP || *line <= '#' || close[-1] == '\\' ||
        is_fragment(line, (size_t)(open - line)))
        return UNPROVED;
    ISA(block) around = ISA(join)(open - CLF_STAMP, close);
    uint64_t fits = ISA(fits)(around, &clf_form), ends = ISA(field_ends)(around) >> AFTER_STATUS;
    /* A dash stands alone.  No branch: one line in ten has a dash, too irregularly to predict. */
    uint64_t dash = close[AFTER_STATUS - BEHIND] == '-';
    uint64_t bytes = (fits >> AFTER_STATUS & (dash - 1)) | dash;
    /* Adding one to a run of ones carries to the bit after it. */
    if ((~fits & needed) || ((bytes + 1) & ends) <= 1)
        return UNPROVED;
    return three_digits(close + 2);
}
