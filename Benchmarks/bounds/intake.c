// How fast a JSON line becomes hashed features, and a lesson: plain C that expects the canonical events of
// `weir bench intake`, member by member, and gives up at anything else. The same hash as Weir's, so that the feature hash
// printed must equal that of its case json/in-order.
//
//     intake workload.txt scan|learn bits lookahead seconds
//
// scan: line to features. learn: features, score and FTRL-Proximal step, slots prefetched `lookahead` events ahead.

#define _GNU_SOURCE
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

enum { NUMBERS = 13, CATEGORIES = 26, FIELDS = NUMBERS + CATEGORIES, INDICATORS = CATEGORIES + 1, WIDTH = INDICATORS + NUMBERS };
enum { LANES = 8, ROOM = (WIDTH + LANES - 1) / LANES * LANES, AHEAD = 16 };
typedef float vector __attribute__((vector_size(4 * LANES)));

typedef struct {
    float z, n;
} pair;

typedef struct {
    uint32_t count, valued;  // features, and those of them with a value, which come last
    uint32_t indices[ROOM];
    float values[ROOM];
    int64_t time;
    const char *id;
    size_t id_count;
} event;

typedef struct {
    char text[16];
    size_t count;
    uint64_t salt;
    uint32_t index;
} field;

static field fields[FIELDS];
static uint32_t bias;
static const int feature_bits = 24;

static void fail(const char *message) {
    fprintf(stderr, "intake: %s\n", message);
    exit(65);
}

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec + 1e-9 * now.tv_nsec;
}

// Weir's feature hash: OnlineLearning/Features/FeatureHash.swift.
static const uint64_t key_a = 0x6A09E667F3BCC909, key_b = 0xBB67AE8584CAA73B, key_c = 0x3C6EF372FE94F82B,
                      key_d = 0xA54FF53A5F1D36F1;

static inline uint64_t fold(uint64_t a, uint64_t b) {
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)(product >> 64) ^ (uint64_t)product;
}

static inline uint64_t combine(uint64_t a, uint64_t b) { return fold(fold(a ^ key_a, b ^ key_b) ^ b, a + key_c); }

static inline uint64_t word_at(const char *text) {
    uint64_t word;
    memcpy(&word, text, 8);
    return word;
}

// Up to seven bytes behind `text` are read: the workload has room there.
static inline uint64_t hash_bytes(const char *text, size_t count) {
    uint64_t state = key_d, tail = 0;
    size_t at = 0;
    for (; at + 8 <= count; at += 8) {
        uint64_t word = word_at(text + at);
        state = fold(state ^ word, key_a) + word;
    }
    if (at < count) tail = word_at(text + at) & ((1ull << 8 * (count - at)) - 1);
    return combine(state ^ tail, count ^ tail);
}

static inline uint32_t index_of(uint64_t hash) {
    return (uint32_t)(hash >> (64 - feature_bits)) | (uint32_t)(hash >> 32) << feature_bits;
}

static void prepare(void) {
    for (int k = 0; k < FIELDS; k++) {
        field *f = &fields[k];
        char name[8];
        int number = k < NUMBERS;
        snprintf(name, sizeof name, "%c%d", number ? 'i' : 'c', number ? k + 1 : k - NUMBERS + 1);
        f->count = snprintf(f->text, sizeof f->text, "\"%s\":", name);
        f->salt = combine(number ? 2 : 1, hash_bytes(name, strlen(name)));
        f->index = index_of(combine(f->salt, 1));
    }
    char name[8] = "bias";
    bias = index_of(hash_bytes(name, 4));
}

// The end of a string that needs no decoding, checked byte for byte; 0 for another. `text` is behind the first quote.
static inline const char *plain_end(const char *text) {
    const uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;
    for (;; text += 8) {
        uint64_t word = word_at(text), quote = word ^ ones * '"', slash = word ^ ones * '\\';
        uint64_t stop = (((quote - ones) & ~quote) | ((slash - ones) & ~slash) | ((word - ones * 0x20) & ~word) | word) & highs;
        if (stop) {
            text += __builtin_ctzll(stop) >> 3;
            return *text == '"' ? text : 0;
        }
    }
}

static inline const char *number_end(const char *text, float *value) {
    static const double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    int negative = *text == '-';
    text += negative;
    const char *start = text;
    uint64_t mantissa = 0;
    while ((unsigned char)(*text - '0') < 10) mantissa = mantissa * 10 + (*text++ - '0');
    size_t whole = text - start, fraction = 0;
    if (whole == 0 || (*start == '0' && whole > 1)) return 0;
    double number;
    if (*text == '.') {
        const char *point = ++text;
        while ((unsigned char)(*text - '0') < 10) mantissa = mantissa * 10 + (*text++ - '0');
        fraction = text - point;
        if (fraction == 0 || whole + fraction > 15) return 0;
        number = (double)(int64_t)mantissa / powers[fraction];
    } else {
        if (whole > 15) return 0;
        number = (double)(int64_t)mantissa;
    }
    if (*text == 'e' || *text == 'E') return 0;
    *value = negative ? -number : number;
    return text;
}

static inline int two(const char *text) { return (text[0] - '0') * 10 + text[1] - '0'; }

// `2026-01-05T10:00:00Z` in microseconds since 1970.
static inline int instant(const char *text, int64_t *time) {
    static const char shape[] = "dddd-dd-ddTdd:dd:ddZ";
    for (int k = 0; k < 20; k++)
        if (shape[k] == 'd' ? (unsigned char)(text[k] - '0') > 9 : text[k] != shape[k]) return 0;
    int year = two(text) * 100 + two(text + 2), month = two(text + 5), day = two(text + 8);
    int y = year - (month <= 2), era = y / 400, yoe = y - era * 400;
    int doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1, doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    int64_t days = (int64_t)era * 146097 + doe - 719468;
    *time = (days * 86400 + two(text + 11) * 3600 + two(text + 14) * 60 + two(text + 17)) * 1000000;
    return 1;
}

static inline int key_at(const char *text, const char *key, size_t count) { return !memcmp(text, key, count); }

static inline __attribute__((always_inline)) int scan(const char *text, event *e) {
    if (!key_at(text, "{\"id\":\"", 7)) return 0;
    text += 7;
    const char *end = plain_end(text);
    if (!end) return 0;
    e->id = text;
    e->id_count = end - text;
    text = end + 1;
    if (!key_at(text, ",\"time\":\"", 9)) return 0;
    text += 9;
    end = plain_end(text);
    if (!end || end - text != 20 || !instant(text, &e->time)) return 0;
    text = end + 1;
    float numbers[NUMBERS];
    for (int k = 0; k < NUMBERS; k++) {
        field *f = &fields[k];
        if (*text != ',' || !key_at(text + 1, f->text, f->count)) return 0;
        text = number_end(text + 1 + f->count, &numbers[k]);
        if (!text) return 0;
    }
    uint32_t count = 0;
    e->indices[count++] = bias;
    for (int k = NUMBERS; k < FIELDS; k++) {
        field *f = &fields[k];
        if (*text != ',' || !key_at(text + 1, f->text, f->count) || text[1 + f->count] != '"') return 0;
        text += 2 + f->count;
        end = plain_end(text);
        if (!end) return 0;
        e->indices[count++] = index_of(combine(f->salt, hash_bytes(text, end - text)));
        text = end + 1;
    }
    uint32_t valued = 0;
    for (int k = 0; k < NUMBERS; k++) {
        if (!(fabsf(numbers[k]) <= 1e6f)) return 0;
        e->indices[count + valued] = fields[k].index;
        e->values[valued] = numbers[k];
        valued += numbers[k] != 0;
    }
    e->count = count + valued;
    e->valued = valued;
    return *text == '}' && text[1] == '\n';
}

static const float alpha = 0.1f, beta = 1, l2 = 0, offset = -3;
static float z[ROOM] __attribute__((aligned(64))), n[ROOM] __attribute__((aligned(64)));
static float x[ROOM] __attribute__((aligned(64))), w[ROOM] __attribute__((aligned(64)));
static float r[ROOM] __attribute__((aligned(64)));

static inline vector load(const float *from) { return *(const vector *)from; }

static inline vector roots(vector v) {
    vector out;
    for (int lane = 0; lane < LANES; lane++) out[lane] = sqrtf(v[lane]);
    return out;
}

static inline float learn(pair *table, uint32_t mask, const event *e, float label) {
    uint32_t indicators = e->count - e->valued;
    for (uint32_t k = 0; k < e->count; k++) {
        pair slot = table[e->indices[k] & mask];
        z[k] = slot.z;
        n[k] = slot.n;
    }
    for (uint32_t k = 0; k < indicators; k++) x[k] = 1;
    for (uint32_t k = 0; k < e->valued; k++) x[indicators + k] = e->values[k];
    for (uint32_t k = e->count; k < ROOM; k++) x[k] = 0;
    vector sum = {};
    for (uint32_t k = 0; k < ROOM; k += LANES) {
        vector root = roots(load(n + k)), weight = -load(z + k) / ((root + beta) * (1 / alpha) + l2);
        *(vector *)(r + k) = root;
        *(vector *)(w + k) = weight;
        sum += weight * load(x + k);
    }
    float logit = offset;
    for (int lane = 0; lane < LANES; lane++) logit += sum[lane];
    float slope = 1 / (1 + expf(-logit)) - label;
    for (uint32_t k = 0; k < ROOM; k += LANES) {
        vector g = load(x + k) * slope, squares = load(n + k) + g * g;
        vector sigma = (roots(squares) - load(r + k)) * (1 / alpha);
        *(vector *)(z + k) = load(z + k) + g - sigma * load(w + k);
        *(vector *)(n + k) = squares;
    }
    for (uint32_t k = 0; k < e->count; k++) table[e->indices[k] & mask] = (pair){z[k], n[k]};
    return logit;
}

static const char **lines;
static float *labels;
static size_t line_count;

static void read_lines(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) fail("no workload; weir bench intake --write-workload writes one");
    fseek(file, 0, SEEK_END);
    size_t size = ftell(file);
    rewind(file);
    char *text = calloc(size + 64, 1);
    if (fread(text, 1, size, file) != size) fail("the workload cannot be read");
    for (size_t k = 0; k < size; k++) line_count += text[k] == '\n';
    lines = malloc(line_count * sizeof *lines);
    labels = malloc(line_count * sizeof *labels);
    char *at = text;
    for (size_t k = 0; k < line_count; k++) {
        labels[k] = *at - '0';
        lines[k] = at + 2;
        at = strchr(at, '\n') + 1;
    }
    fclose(file);
}

static uint64_t sum_events(void) {
    uint64_t sum = 0;
    event e;
    for (size_t k = 0; k < line_count; k++) {
        if (!scan(lines[k], &e)) fail("an event is not as expected");
        sum += e.indices[e.count - 1] + e.count + (uint64_t)e.time;
    }
    return sum;
}

// As Weir's benchmark hashes what it extracted.
static uint64_t feature_hash(void) {
    uint64_t hash = 0;
    event e;
    for (size_t k = 0; k < line_count; k++) {
        if (!scan(lines[k], &e)) fail("an event is not as expected");
        uint32_t indicators = e.count - e.valued;
        for (uint32_t i = 0; i < indicators; i++) hash = combine(hash, e.indices[i]);
        for (uint32_t i = 0; i < e.valued; i++) {
            uint32_t bits;
            memcpy(&bits, &e.values[i], 4);
            hash = combine(combine(hash, e.indices[indicators + i]), bits);
        }
    }
    return hash;
}

// The memory of the line behind one of the usual length is asked for while one is read: beside a table that misses as well.
static inline void prefetch_line(const char *text) {
    for (int k = 640; k < 1280; k += 64) __builtin_prefetch(text + k, 0, 3);
}

static double learn_events(pair *table, uint32_t mask, size_t lookahead) {
    static event events[AHEAD];
    double sum = 0;
    for (size_t k = 0; k < line_count + lookahead; k++) {
        if (k < line_count) {
            event *e = &events[k % AHEAD];
            prefetch_line(lines[k]);
            if (!scan(lines[k], e)) fail("an event is not as expected");
            for (uint32_t i = 0; i < e->count; i++) __builtin_prefetch(&table[e->indices[i] & mask], 1, 3);
        }
        if (k >= lookahead) sum += learn(table, mask, &events[(k - lookahead) % AHEAD], labels[k - lookahead]);
    }
    return sum;
}

static int ascending(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

int main(int count, char **words) {
    if (count != 6) fail("usage: intake workload.txt scan|learn bits lookahead seconds");
    int learning = !strcmp(words[2], "learn"), bits = atoi(words[3]);
    size_t lookahead = atoi(words[4]), slots = (size_t)1 << bits;
    double limit = atof(words[5]);
    if (lookahead >= AHEAD) fail("the lookahead is below 16");
    prepare();
    read_lines(words[1]);
    pair *table = 0;
    if (learning) {
        size_t bytes = slots * sizeof(pair) > 2u << 20 ? slots * sizeof(pair) : 2u << 20;
        table = aligned_alloc(2u << 20, bytes);
        if (!table) fail("no memory");
        madvise(table, bytes, MADV_HUGEPAGE);
        memset(table, 0, bytes);
    }
    uint64_t hash = feature_hash();
    double sum = learning ? learn_events(table, slots - 1, lookahead) : (double)sum_events();
    static double times[1 << 16];
    int rounds = 0;
    double start = seconds_now();
    while (rounds < 5 || (seconds_now() - start < limit && rounds < 1 << 16)) {
        double before = seconds_now();
        double last = learning ? learn_events(table, slots - 1, lookahead) : (double)sum_events();
        times[rounds++] = (seconds_now() - before) * 1e9 / line_count;
        if (!isfinite(last)) fail("the result is not finite");
    }
    qsort(times, rounds, sizeof(double), ascending);
    double median = times[rounds / 2];
    printf("{\"name\": \"c/json/%s%s%s\", \"lookahead\": %zu, \"eventsPerSecond\": %.1f, \"nanosecondsPerEvent\": %.2f, "
           "\"leastNanosecondsPerEvent\": %.2f, \"rounds\": %d, \"featureHash\": \"%016llx\", \"sum\": %.6g}\n",
           words[2], learning ? "/2^" : "", learning ? words[3] : "", lookahead, 1e9 / median, median, times[0], rounds,
           (unsigned long long)hash, sum);
    return 0;
}
