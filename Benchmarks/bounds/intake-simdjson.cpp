// How fast simdjson (on demand, in the schema's order) makes hashed features of the same JSON lines as intake.c.
//
//     intake-simdjson workload.txt seconds

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <simdjson.h>
#include <string>
#include <vector>

static const uint64_t key_a = 0x6A09E667F3BCC909, key_b = 0xBB67AE8584CAA73B, key_c = 0x3C6EF372FE94F82B,
                      key_d = 0xA54FF53A5F1D36F1;

static inline uint64_t fold(uint64_t a, uint64_t b) {
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)(product >> 64) ^ (uint64_t)product;
}

static inline uint64_t combine(uint64_t a, uint64_t b) { return fold(fold(a ^ key_a, b ^ key_b) ^ b, a + key_c); }

static inline uint64_t hash_bytes(const char *text, size_t count) {
    uint64_t state = key_d, tail = 0;
    size_t at = 0;
    for (; at + 8 <= count; at += 8) {
        uint64_t word;
        std::memcpy(&word, text + at, 8);
        state = fold(state ^ word, key_a) + word;
    }
    for (size_t k = at; k < count; k++) tail |= (uint64_t)(unsigned char)text[k] << 8 * (k - at);
    return combine(state ^ tail, count ^ tail);
}

static inline uint32_t index_of(uint64_t hash) { return (uint32_t)(hash >> 40) | (uint32_t)(hash >> 32) << 24; }

static constexpr int numbers = 13, categories = 26;
static std::vector<std::string> names;
static uint64_t salts[numbers + categories];
static uint32_t bias, indices[categories + 1], number_indices[numbers];
static float values[numbers];
static simdjson::ondemand::parser parser;

static void event(const char *line, size_t count, size_t room) {
    auto document = parser.iterate(line, count, room);
    auto object = document.get_object();
    std::string_view id = object["id"], time = object["time"];
    if (id.empty() || time.empty()) std::abort();
    int valued = 0;
    for (int k = 0; k < numbers; k++) {
        double value = object[names[k]];
        values[k] = (float)value;
        valued += value != 0;
    }
    indices[0] = bias;
    for (int k = 0; k < categories; k++) {
        std::string_view text = object[names[numbers + k]];
        indices[1 + k] = index_of(combine(salts[numbers + k], hash_bytes(text.data(), text.size())));
    }
}

static double seconds_now() {
    timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec + 1e-9 * now.tv_nsec;
}

int main(int count, char **words) {
    if (count != 3) return std::fprintf(stderr, "usage: intake-simdjson workload.txt seconds\n"), 65;
    for (int k = 0; k < numbers + categories; k++) {
        bool number = k < numbers;
        names.push_back((number ? "i" : "c") + std::to_string(number ? k + 1 : k - numbers + 1));
        salts[k] = combine(number ? 2 : 1, hash_bytes(names[k].data(), names[k].size()));
        if (number) number_indices[k] = index_of(combine(salts[k], 1));
    }
    bias = index_of(hash_bytes("bias", 4));
    std::ifstream file(words[1], std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(file)), {});
    size_t size = text.size();
    text.append(simdjson::SIMDJSON_PADDING, '\0');
    std::vector<std::pair<size_t, size_t>> lines;
    for (size_t at = 0; at < size;) {
        size_t end = text.find('\n', at);
        lines.push_back({at + 2, end - at - 2});
        at = end + 1;
    }
    uint64_t hash = 0;
    auto pass = [&](bool hashing) {
        for (auto [at, length] : lines) {
            event(text.data() + at, length, text.size() - at);
            if (!hashing) continue;
            for (uint32_t index : indices) hash = combine(hash, index);
            for (int k = 0; k < numbers; k++) {
                if (values[k] == 0) continue;
                uint32_t bits;
                std::memcpy(&bits, &values[k], 4);
                hash = combine(combine(hash, number_indices[k]), bits);
            }
        }
    };
    pass(true);
    std::vector<double> times;
    double start = seconds_now(), limit = std::atof(words[2]);
    while (times.size() < 5 || seconds_now() - start < limit) {
        double before = seconds_now();
        pass(false);
        times.push_back((seconds_now() - before) * 1e9 / lines.size());
    }
    std::sort(times.begin(), times.end());
    double median = times[times.size() / 2];
    std::printf("{\"name\": \"simdjson/json/scan\", \"kernel\": \"%s\", \"eventsPerSecond\": %.1f, "
                "\"nanosecondsPerEvent\": %.2f, \"leastNanosecondsPerEvent\": %.2f, \"rounds\": %zu, "
                "\"featureHash\": \"%016llx\"}\n",
                simdjson::get_active_implementation()->name().c_str(), 1e9 / median, median, times[0], times.size(),
                (unsigned long long)hash);
    return 0;
}
