#include "runs/run_result.h"
#include "base/compiler.h"
#include "base/platform.h"
#include "base/sha256.h"
#include "tensor/kernel.h"
#include "json/json.h"

#include <math.h>

#ifndef ONEHOT_COMMIT
#define ONEHOT_COMMIT "unknown"
#endif

void run_result_write(const struct run_result *result, const struct training *t, const char *model,
                      const char *weights, const struct text *metrics, struct text *out) {
    const struct evaluation *test = &result->test;
    char metrics_hash[SHA256_HEX], cpu[PLATFORM_CPU_NAME];
    double samples = (double)t->at.epochs * t->train.count;
    struct json j = {.out = out, .lines = 1};
    platform_cpu_name(cpu);
    sha256_hex(metrics->data, metrics->size, metrics_hash);
    json_add(&j, "{ name=%s data=%s", t->config.name, t->config.data.path);
    json_add(&j, "test_loss=%g test_accuracy=%g test_errors=%g", test->count ? test->loss : NAN,
             test->count ? evaluation_accuracy(test) : NAN,
             test->count ? test->errors : (double)NAN);
    json_add(&j, "model_sha256=%s weights_sha256=%s metrics_sha256=%s dataset_sha256=%s", model,
             weights, metrics_hash, t->data->digest);
    json_add(&j, "epochs=%d samples_per_second=%g seconds=%g", t->at.epochs,
             t->at.seconds > 0 ? floor(samples / t->at.seconds) : (double)NAN,
             round(result->seconds * 1000) / 1000);
    json_add(&j, "threads=%d kernel=%s compiler=%s commit=%s best_epoch=%g cpu=%s",
             thread_pool_threads(t->pool), kernel_name(), COMPILER, ONEHOT_COMMIT,
             t->at.best_epoch > 0 ? t->at.best_epoch : (double)NAN, cpu);
    json_strings(&j, "warnings", result->warnings.items, result->warnings.count);
    json_add(&j, "}");
    text_printf(out, "\n");
}
