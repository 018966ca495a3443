/* Gives each input of a corpus file to a fuzz target, without libFuzzer: any compiler will do. */
#include "fuzz.h"

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c - 'a' + 10;
}

/* Undoes \t \n \r \\ \xNN of a line, in place. */
static size_t unescape(char *p)
{
    char *out = p, *start = p;

    for (; *p && *p != '\n'; p++) {
        if (*p != '\\') {
            *out++ = *p;
        } else if (*++p == 'x') {
            *out++ = (char)(hex(p[1]) << 4 | hex(p[2]));
            p += 2;
        } else {
            *out++ = *p == 't' ? '\t' : *p == 'n' ? '\n' : *p == 'r' ? '\r' : *p;
        }
    }
    return (size_t)(out - start);
}

int main(int argc, char **argv)
{
    static char line[1 << 16];
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    unsigned long passed = 0;

    if (!file)
        return fprintf(stderr, "usage: %s CORPUS\n", argv[0]), 2;
    while (fgets(line, sizeof line, file)) {
        size_t size = unescape(line);
        char *input = copy(line, size);
        fprintf(stderr, "input %lu\n", ++passed); /* tells which one crashed */
        LLVMFuzzerTestOneInput((const uint8_t *)input, size);
        drop(input);
    }
    fclose(file);
    printf("%lu passed, 0 failed\n", passed);
    return 0;
}
