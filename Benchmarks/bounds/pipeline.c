// How many events per second come over tcp, become features and are learned from, in plain C with libzmq: no journal, no
// label that comes later, no second process. The messages are the canonical events of `weir bench intake`.
//
//     pipeline workload.txt bits batch seconds
//
// A client thread keeps messages of `batch` lines under way; the main thread scans, learns, and answers each message with
// one frame of logits.

#define main intake_main
#include "intake.c"
#undef main

#include <pthread.h>
#include <zmq.h>

enum { EVENTS_UNDER_WAY = 32768, MESSAGES_UNDER_WAY = 1500 };

// As much as the pipeline's own benchmark keeps under way, and room for it in every queue.
static const int queue = 4000;

static void *context;
static char endpoint[256];
static size_t batch;
static double limit;
static size_t answered;

static double wall_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + 1e-9 * now.tv_nsec;
}

static void *client(void *seconds) {
    void *socket = zmq_socket(context, ZMQ_DEALER);
    zmq_setsockopt(socket, ZMQ_SNDHWM, &queue, sizeof queue);
    zmq_setsockopt(socket, ZMQ_RCVHWM, &queue, sizeof queue);
    if (zmq_connect(socket, endpoint)) fail("no connection");
    size_t window = EVENTS_UNDER_WAY / batch < MESSAGES_UNDER_WAY ? EVENTS_UNDER_WAY / batch : MESSAGES_UNDER_WAY;
    size_t messages = line_count / batch, sent = 0, begun = 0;
    double start = 0, end = wall_now() + 0.5;  // half a second to warm up
    for (int measured = 0; measured < 2; measured++) {
        while (wall_now() < end) {
            while (sent - answered < window) {
                size_t first = sent % messages * batch;
                const char *from = lines[first] - 2, *to = lines[first + batch - 1];
                to = strchr(to, '\n') + 1;
                // Room for the words that a scan reads beyond the last line.
                zmq_msg_t message;
                zmq_msg_init_size(&message, to - from + 64);
                memcpy(zmq_msg_data(&message), from, to - from);
                memset((char *)zmq_msg_data(&message) + (to - from), 0, 64);
                zmq_msg_send(&message, socket, 0);
                sent++;
            }
            zmq_msg_t answer;
            zmq_msg_init(&answer);
            zmq_msg_recv(&answer, socket, 0);
            zmq_msg_close(&answer);
            answered++;
        }
        if (measured == 0) {
            start = wall_now();
            begun = answered;
            end = start + limit;
        }
    }
    *(double *)seconds = (wall_now() - start) / ((answered - begun) * batch);
    zmq_send(socket, "", 0, 0);  // ends the server; sent before the socket goes, since it lingers
    zmq_close(socket);
    return 0;
}

int main(int count, char **words) {
    if (count != 5) fail("usage: pipeline workload.txt bits batch seconds");
    int bits = atoi(words[2]);
    batch = atoi(words[3]);
    limit = atof(words[4]);
    prepare();
    read_lines(words[1]);
    if (batch < 1 || batch > line_count) fail("a batch has at least one event, and no more than the workload");
    size_t slots = (size_t)1 << bits, bytes = slots * sizeof(pair) > 2u << 20 ? slots * sizeof(pair) : 2u << 20;
    pair *table = aligned_alloc(2u << 20, bytes);
    if (!table) fail("no memory");
    madvise(table, bytes, MADV_HUGEPAGE);
    memset(table, 0, bytes);
    context = zmq_ctx_new();
    void *socket = zmq_socket(context, ZMQ_ROUTER);
    zmq_setsockopt(socket, ZMQ_SNDHWM, &queue, sizeof queue);
    zmq_setsockopt(socket, ZMQ_RCVHWM, &queue, sizeof queue);
    if (zmq_bind(socket, "tcp://127.0.0.1:*")) fail("no port");
    size_t length = sizeof endpoint;
    zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint, &length);
    pthread_t thread;
    double seconds = 0;
    pthread_create(&thread, 0, client, &seconds);
    static event events[AHEAD];
    static float logits[1 << 12];
    enum { LOOKAHEAD = 3 };
    for (;;) {
        zmq_msg_t identity, message;
        zmq_msg_init(&identity);
        zmq_msg_init(&message);
        zmq_msg_recv(&identity, socket, 0);
        zmq_msg_recv(&message, socket, 0);
        if (zmq_msg_size(&message) == 0) break;
        const char *text = zmq_msg_data(&message);
        float outcomes[AHEAD];
        for (size_t k = 0; k < batch + LOOKAHEAD; k++) {
            if (k < batch) {
                event *e = &events[k % AHEAD];
                outcomes[k % AHEAD] = *text - '0';
                if (!scan(text + 2, e)) fail("an event is not as expected");
                for (uint32_t i = 0; i < e->count; i++) __builtin_prefetch(&table[e->indices[i] & (slots - 1)], 1, 3);
                text = strchr(text, '\n') + 1;
            }
            if (k >= LOOKAHEAD) {
                size_t at = (k - LOOKAHEAD) % AHEAD;
                logits[k - LOOKAHEAD] = learn(table, slots - 1, &events[at], outcomes[at]);
            }
        }
        zmq_msg_send(&identity, socket, ZMQ_SNDMORE);
        zmq_send(socket, logits, batch * sizeof(float), 0);
        zmq_msg_close(&message);
    }
    pthread_join(thread, 0);
    printf("{\"name\": \"c/pipeline/%zu\", \"eventsPerSecond\": %.1f, \"nanosecondsPerEvent\": %.2f}\n", batch, 1 / seconds,
           seconds * 1e9);
    return 0;
}
