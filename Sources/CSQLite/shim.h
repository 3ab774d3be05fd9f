/* The system's SQLite as Swift sees it.
 *
 * Only what the importer cannot express stands here: variadic functions do not come across.
 * No policy: which switch is thrown when is decided in the Journal module. */

#ifndef WEIR_CSQLITE_SHIM_H
#define WEIR_CSQLITE_SHIM_H

#include <sqlite3.h>

/* Whether closing the last connection leaves the write-ahead log as it is (1) or folds it into the database (0). */
static inline int weir_sqlite3_keep_log_on_close(sqlite3 *connection, int keep) {
  return sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep, (int *)0);
}

#endif
