/**
 * What every connection sets for itself, whatever is set for its role, the database or the server.
 */

/**
 * Plans for few rows each, by index. Statements are planned once a connection, when tables may be empty
 * still: every other plan is off, so that none that is good for small tables is kept.
 *
 * @internal
 */
export const byIndex = `
set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_bitmapscan = off;
set enable_hashjoin = off; set enable_mergejoin = off; set enable_sort = off;`

/** Plans for whole tables, in whatever way suits them. */
export const byScan = `
set plan_cache_mode = force_custom_plan; set work_mem = '128MB'; set maintenance_work_mem = '256MB';`

/**
 * - Of all limits in time only those are on that are asked for, and servers before PostgreSQL 17 do not know
 *   all of them.
 * - A server that is careless with commits, or becomes so later, is not so on this connection; one that is
 *   more careful than it would have to be stays that.
 *
 * @param limits milliseconds: for a statement, for a transaction that does nothing, for a lock; 0 for none
 * @internal
 */
export const settings = (limits: {
  readonly statement: number
  readonly idle: number
  readonly lock: number
}): string => `
set statement_timeout = ${limits.statement}; set lock_timeout = ${limits.lock};
set search_path = pg_catalog; set client_min_messages = warning; set jit = off;
set idle_in_transaction_session_timeout = ${limits.idle}; set idle_session_timeout = 0;
set default_transaction_isolation = 'read committed'; set timezone = 'UTC'; set bytea_output = 'hex';
select set_config('transaction_timeout', '0', false)
  where current_setting('transaction_timeout', true) is not null;
select set_config('synchronous_commit', coalesce(
  nullif(current_setting('synchronous_commit'), 'off'), 'on'), false);`
