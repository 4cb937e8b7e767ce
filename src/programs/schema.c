/* onehot schema: prints the JSON Schema of a config. */
#include "config/keys.h"
#include "programs/commands.h"
#include "train/config.h"

static const struct option options[] = {};

static int run(const struct options *none, char **arguments, struct error *e) {
    struct text schema = {0};
    keys_schema(config_keys, "a onehot training config", &schema);
    return command_print(&schema, e);
}

COMMAND(schema, 0, 0);
