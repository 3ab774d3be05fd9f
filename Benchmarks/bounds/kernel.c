// How fast hashed events can be learned from and scored: FTRL-Proximal in plain C on the same events as
// `weir bench kernel`, with nothing around it. No limits against overflow, no record of changed slots, last write wins
// where a slot occurs twice in an event. What it computes is printed, so that a bound that computes nothing shows.
//
//     kernel workload.bin mode bits lookahead pages seconds
//
// mode: learn, score (weights from (z, n)), serve (plain weights), gather (reads alone); pages: huge or small.

#define _GNU_SOURCE
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

enum { LANES = 8, WIDEST = 1024 };
typedef float vector __attribute__((vector_size(4 * LANES)));

typedef struct {
    float z, n;
} pair;

typedef struct {
    uint32_t events, indicators, valued, fields;
    uint32_t *indices;  // events × fields, indicators first
    float *values;      // events × valued
    float *labels;
} workload;

static const float alpha = 0.1f, beta = 1, l1 = 0, l2 = 0, offset = -3;

static void fail(const char *message) {
    fprintf(stderr, "kernel: %s\n", message);
    exit(65);
}

static workload read_workload(const char *path) {
    FILE *file = fopen(path, "rb");
    char magic[8];
    uint32_t counts[4];
    if (!file || fread(magic, 1, 8, file) != 8 || memcmp(magic, "WEIRWRK1", 8) || fread(counts, 4, 4, file) != 4)
        fail("no workload; weir bench kernel --write-workload writes one");
    workload w = {counts[0], counts[1], counts[2], counts[1] + counts[2], 0, 0, 0};
    if (w.fields > WIDEST - LANES) fail("more fields than it has room for");
    w.indices = malloc(4 * (size_t)w.events * w.fields);
    w.values = malloc(4 * ((size_t)w.events * w.valued + 1));
    w.labels = malloc(4 * (size_t)w.events);
    for (size_t i = 0; i < w.events; i++) {
        uint32_t *indices = w.indices + i * w.fields;
        if (fread(indices, 4, w.indicators, file) != w.indicators) fail("the workload is cut off");
        for (size_t k = 0; k < w.valued; k++)
            if (fread(indices + w.indicators + k, 4, 1, file) != 1 || fread(w.values + i * w.valued + k, 4, 1, file) != 1)
                fail("the workload is cut off");
        if (fread(w.labels + i, 4, 1, file) != 1) fail("the workload is cut off");
    }
    fclose(file);
    return w;
}

static void *zeroed(size_t bytes, int huge) {
    size_t page = 2u << 20, rounded = (bytes + page - 1) / page * page;
    void *memory = aligned_alloc(page, rounded);
    if (!memory) fail("no memory");
    madvise(memory, rounded, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
    memset(memory, 0, rounded);
    return memory;
}

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec + 1e-9 * now.tv_nsec;
}

static inline vector load(const float *from) { return *(const vector *)from; }

static inline vector roots(vector v) {
    vector out;
    for (int lane = 0; lane < LANES; lane++) out[lane] = sqrtf(v[lane]);
    return out;
}

static inline vector weights(vector z, vector root) {
    vector low = (vector){} - l1, high = (vector){} + l1, kept;
    for (int lane = 0; lane < LANES; lane++) {
        float limited = z[lane] > high[lane] ? high[lane] : z[lane];
        kept[lane] = limited < low[lane] ? low[lane] : limited;
    }
    return (kept - z) / ((root + beta) * (1 / alpha) + l2);
}

// Room of one event, in whole vectors; what lies behind the last field has the value 0.
static float z[WIDEST] __attribute__((aligned(64))), n[WIDEST] __attribute__((aligned(64)));
static float x[WIDEST] __attribute__((aligned(64))), w[WIDEST] __attribute__((aligned(64)));
static float r[WIDEST] __attribute__((aligned(64)));

static inline float score_pairs(const workload *load_, const pair *table, uint32_t mask, size_t event) {
    const uint32_t *indices = load_->indices + event * load_->fields;
    for (uint32_t k = 0; k < load_->fields; k++) {
        pair slot = table[indices[k] & mask];
        z[k] = slot.z;
        n[k] = slot.n;
    }
    memcpy(x + load_->indicators, load_->values + event * load_->valued, 4 * load_->valued);
    vector sum = {};
    for (uint32_t k = 0; k < load_->fields; k += LANES) {
        vector root = roots(load(n + k)), weight = weights(load(z + k), root);
        *(vector *)(r + k) = root;
        *(vector *)(w + k) = weight;
        sum += weight * load(x + k);
    }
    float total = offset;
    for (int lane = 0; lane < LANES; lane++) total += sum[lane];
    return total;
}

static inline void step(const workload *load_, pair *table, uint32_t mask, size_t event, float slope) {
    const uint32_t *indices = load_->indices + event * load_->fields;
    for (uint32_t k = 0; k < load_->fields; k += LANES) {
        vector g = load(x + k) * slope, squares = load(n + k) + g * g;
        vector sigma = (roots(squares) - load(r + k)) * (1 / alpha);
        *(vector *)(z + k) = load(z + k) + g - sigma * load(w + k);
        *(vector *)(n + k) = squares;
    }
    for (uint32_t k = 0; k < load_->fields; k++) table[indices[k] & mask] = (pair){z[k], n[k]};
}

static inline float score_weights(const workload *load_, const float *table, uint32_t mask, size_t event) {
    const uint32_t *indices = load_->indices + event * load_->fields;
    const float *values = load_->values + event * load_->valued;
    float total = offset;
    for (uint32_t k = 0; k < load_->indicators; k++) total += table[indices[k] & mask];
    for (uint32_t k = 0; k < load_->valued; k++) total += table[indices[load_->indicators + k] & mask] * values[k];
    return total;
}

static inline float gather(const workload *load_, const pair *table, uint32_t mask, size_t event) {
    const uint32_t *indices = load_->indices + event * load_->fields;
    float total = 0;
    for (uint32_t k = 0; k < load_->fields; k++) total += table[indices[k] & mask].z;
    return total;
}

enum mode { LEARN, SCORE, SERVE, GATHER };

static inline float sigmoid(float logit) { return 1 / (1 + expf(-logit)); }

// One pass over all events; the sum of what was computed.
static inline __attribute__((always_inline)) double pass(
    const workload *load_, void *table, uint32_t mask, enum mode mode, size_t lookahead) {
    double sum = 0;
    size_t size = mode == SERVE ? sizeof(float) : sizeof(pair);
    for (size_t event = 0; event < load_->events; event++) {
        if (lookahead && event + lookahead < load_->events) {
            const uint32_t *next = load_->indices + (event + lookahead) * load_->fields;
            for (uint32_t k = 0; k < load_->fields; k++) {
                const char *slot = (const char *)table + (next[k] & mask) * size;
                if (mode == LEARN) __builtin_prefetch(slot, 1, 3);
                else __builtin_prefetch(slot, 0, 3);
            }
        }
        if (mode == LEARN) {
            float logit = score_pairs(load_, table, mask, event);
            step(load_, table, mask, event, sigmoid(logit) - load_->labels[event]);
            sum += logit;
        } else if (mode == SCORE) {
            sum += sigmoid(score_pairs(load_, table, mask, event));
        } else if (mode == SERVE) {
            sum += sigmoid(score_weights(load_, table, mask, event));
        } else {
            sum += gather(load_, table, mask, event);
        }
    }
    return sum;
}

static double run(const workload *load_, void *table, uint32_t mask, enum mode mode, size_t lookahead) {
    switch (mode) {
        case LEARN: return pass(load_, table, mask, LEARN, lookahead);
        case SCORE: return pass(load_, table, mask, SCORE, lookahead);
        case SERVE: return pass(load_, table, mask, SERVE, lookahead);
        default: return pass(load_, table, mask, GATHER, lookahead);
    }
}

static int ascending(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

int main(int count, char **words) {
    if (count != 7) fail("usage: kernel workload.bin learn|score|serve|gather bits lookahead huge|small seconds");
    workload load_ = read_workload(words[1]);
    const char *names[] = {"learn", "score", "serve", "gather"};
    int mode = 0;
    while (mode < 4 && strcmp(words[2], names[mode])) mode++;
    if (mode == 4) fail("no such mode");
    int bits = atoi(words[3]), huge = !strcmp(words[5], "huge");
    size_t lookahead = atoi(words[4]), slots = (size_t)1 << bits;
    double limit = atof(words[6]);
    uint32_t mask = slots - 1;
    for (uint32_t k = 0; k < load_.fields; k++) x[k] = 1;

    pair *table = zeroed(slots * sizeof(pair), huge);
    double first = run(&load_, table, mask, LEARN, 2), sum = first;
    void *used = table;
    if (mode == SERVE) {
        float *plain = zeroed(slots * sizeof(float), huge);
        for (size_t k = 0; k < slots; k++) plain[k] = -table[k].z / ((sqrtf(table[k].n) + beta) / alpha + l2);
        used = plain;
    }
    if (mode != LEARN) sum = run(&load_, used, mask, mode, lookahead);

    static double times[1 << 16];
    int rounds = 0;
    double start = seconds_now();
    while (rounds < 5 || (seconds_now() - start < limit && rounds < 1 << 16)) {
        double before = seconds_now(), last = run(&load_, used, mask, mode, lookahead);
        times[rounds++] = (seconds_now() - before) * 1e9 / load_.events;
        if (!isfinite(last)) fail("the result is not finite");
    }
    qsort(times, rounds, sizeof(double), ascending);
    double median = times[rounds / 2];
    printf("{\"name\": \"c/%s/2^%d\", \"lookahead\": %zu, \"pages\": \"%s\", \"eventsPerSecond\": %.1f, "
           "\"nanosecondsPerEvent\": %.2f, \"leastNanosecondsPerEvent\": %.2f, \"rounds\": %d, \"firstSum\": %.6f, "
           "\"sum\": %.6f}\n",
           words[2], bits, lookahead, huge ? "huge" : "small", 1e9 / median, median, times[0], rounds, first, sum);
    return 0;
}
