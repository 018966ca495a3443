/*
 * The limits of the machine: how fast memory can be read, and how fast newlines in it counted.
 *
 *     limits read|newlines LOG
 *
 * Prints the seconds of one pass over the log, which is in memory, and what was counted.  Written
 * for a compiler that turns it into vector instructions (-O3); wider ones than SSE2 gain nothing.
 */
#define _POSIX_C_SOURCE 200809L
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* Sums several words at a time: adding must take less time than the bytes take to arrive. */
enum { WORDS = 8 };

static uint64_t read_all(const unsigned char *p, size_t size)
{
    uint64_t sums[WORDS] = {0}, words[WORDS], total = 0;

    for (; size >= sizeof words; p += sizeof words, size -= sizeof words) {
        memcpy(words, p, sizeof words);
        for (int i = 0; i < WORDS; i++)
            sums[i] += words[i];
    }
    for (int i = 0; i < WORDS; i++)
        total += sums[i];
    return total;
}

/* Counters of one byte, one for each place in a block: they overflow after 255 blocks. */
enum { BLOCK = 128, BLOCKS = 255 };

static uint64_t count_newlines(const unsigned char *p, size_t size)
{
    uint64_t total = 0;

    while (size >= BLOCK) {
        unsigned char counts[BLOCK] = {0};
        size_t blocks = size / BLOCK < BLOCKS ? size / BLOCK : BLOCKS;

        for (size_t b = 0; b < blocks; b++, p += BLOCK)
            for (size_t i = 0; i < BLOCK; i++)
                counts[i] = (unsigned char)(counts[i] + (p[i] == '\n'));
        for (size_t i = 0; i < BLOCK; i++)
            total += counts[i];
        size -= blocks * BLOCK;
    }
    for (size_t i = 0; i < size; i++)
        total += p[i] == '\n';
    return total;
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    FILE *file = argc == 3 ? fopen(argv[2], "rb") : NULL;
    struct stat about;
    unsigned char *log;
    uint64_t answer;
    double start;

    if (!file || fstat(fileno(file), &about))
        return perror("limits"), 1;
    size_t size = (size_t)about.st_size;
    log = malloc(size + 1);
    if (!log || fread(log, 1, size, file) != size)
        return perror("limits"), 1;
    start = now();
    answer = strcmp(argv[1], "read") ? count_newlines(log, size) : read_all(log, size);
    printf("%.9f\n", now() - start);
    printf("%llu\n", (unsigned long long)answer);
    free(log);
    return fclose(file);
}
