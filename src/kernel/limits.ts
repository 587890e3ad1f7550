/**
 * Every bound of the program in one place. When one is hit it is counted, shown once, and the run goes on:
 * a bound protects memory, it never hides a number. Sizes carry their unit, counts end in `_MAX`.
 */

/** Distinct measured names of one worker; further ones fold into "(other)". */
export const SERIES_MAX = 500
/** Tags of one request or scenario: each value of each is a factor in the number of series. */
export const SERIES_TAGS_MAX = 8
/** Distinct messages per failure kind; further ones fold into "(other errors)". */
export const ERRORS_PER_KIND_MAX = 50
/** Distinct check names; further ones fold into "(other checks)". */
export const CHECKS_MAX = 200
/** Distinct custom metrics; further ones fold into "(other)" of their kind. */
export const METRICS_MAX = 200
/** Distinct names looked at when advising on which pattern made too many series. */
export const FOLDED_NAMES_MAX = 1_000
/** Characters kept of a series name, an error message, a check name. */
export const NAME_CHARS_MAX = 300
/** Characters kept of the sample beside an error. */
export const SAMPLE_CHARS_MAX = 4_000
/** Elements a decoded snapshot may claim per list: beyond it the bytes are wrong, not the run large. */
export const SNAPSHOT_ITEMS_MAX = 100_000
/**
 * Windows kept for the result and for the judgement of the generator: three hours of seconds. Of a longer run every 2nd, 4th … is
 * kept; totals, rules and Little's law have them all.
 */
export const WINDOWS_MAX = 10_800
/** Users of a plan. */
export const USERS_MAX = 10_000_000
/** Iterations of a plan, of each user or of all together. */
export const ITERATIONS_MAX = 100_000_000
/** Stages of one load shape: a sine of 40 periods. */
export const STAGES_MAX = 1_000
/** Characters of a load shape as text. */
export const SHAPE_CHARS_MAX = 50_000
/** Workers of a run, and the sum of their weights: the length of the share cycle. */
export const SHARE_CYCLE_MAX = 1_000_000
/** Timers that one virtual clock runs before it declares an endless loop. */
export const VIRTUAL_STEPS_MAX = 50_000_000
/** Host names whose addresses one worker remembers; the oldest is forgotten. */
export const DNS_NAMES_MAX = 10_000
/** Requests of one pool that wait for a free connection; further ones fail with kind "resources". */
export const POOL_QUEUE_MAX = 10_000
/** Addresses tried for one connection. */
export const DIAL_ATTEMPTS_MAX = 16
/** Local ports tried for one connection from a chosen source address; with four in five taken, one in 1,000 connections finds none. */
export const DIAL_PORTS_MAX = 32
/** Reports that a worker may have waiting in its channel before it merges windows instead of sending more. */
export const CHANNEL_BACKLOG_MAX = 8
/** Windows kept open to late snapshots; a later one enters the totals only. */
export const WINDOWS_REOPEN_MAX = 30
/** Events kept for the result. */
export const EVENTS_MAX = 1_000
/** Characters of one line a worker process printed. */
export const LOG_LINE_CHARS_MAX = 4_000
/** Lines a worker process may print per second before the rest is counted instead of shown. */
export const LOG_LINES_PER_SEC_MAX = 200
/** Pairs of series and error counted apart by one worker; further ones count under "(other)". */
export const ERROR_PAIRS_MAX = 2_000
/** Problems of one plan that are shown. */
export const PLAN_PROBLEMS_MAX = 100
/** Parameters that a script declares, and choices of one. */
export const PARAMS_MAX = 100
export const PARAM_CHOICES_MAX = 200
/** Origins, and absolute or unusual URLs, of which one worker remembers the parsed form. */
export const HTTP_SITES_MAX = 1_000
export const HTTP_URLS_MAX = 4_000
/** Names of requests, digest challenges and texts of timeouts that one worker remembers. */
export const HTTP_NAMES_MAX = 4_000
/** Different tags of requests whose series one worker remembers. */
export const HTTP_TAG_SETS_MAX = 200
/** Steps of one JSON path: each is a bit of a 32-bit number. Paths of which one worker remembers the parsed form. */
export const JSON_PATH_STEPS_MAX = 30
export const JSON_PATHS_MAX = 1_000
/** Characters of a page that CSS selectors and XPath look into. Selectors and XPaths of which one worker remembers the parsed form. */
export const HTML_CHARS_MAX = 4 << 20
export const HTML_QUERIES_MAX = 1_000
/** Nodes and depth of a page that XPath looks into: its time grows faster than either, and the worker waits. */
export const XPATH_NODES_MAX = 20_000
export const XPATH_DEPTH_MAX = 150
/** Finished request objects kept for the next request. */
export const HTTP_SPARE_REQUESTS_MAX = 1_000
/** Response parsers kept for reuse, per worker and set of options. */
export const HTTP_SPARE_PARSERS_MAX = 1_000
/** Bytes kept of an upgraded connection before somebody takes it; it is closed beyond them. */
export const TUNNEL_EARLY_BYTES_MAX = 1_048_576
/** Per WebSocket: messages nobody has read, requests without an answer, and bytes the kernel has not taken. */
export const WEBSOCKET_UNREAD_MAX = 1_000
export const WEBSOCKET_UNANSWERED_MAX = 10_000
export const WEBSOCKET_UNSENT_BYTES_MAX = 16_777_216
/** Tasks that one task set has scheduled and not yet run; `scheduleTask` throws beyond it. */
export const SCHEDULED_TASKS_MAX = 10_000
/** Distinct errors of scripts that are logged with their stack; further ones are only counted. */
export const LOGGED_SCRIPT_ERRORS_MAX = 200
/** Users started, stopped or killed in one go before the event loop gets its turn. */
export const USERS_PER_TURN_MAX = 200
/** Different rendezvous of one run at the same time; users of a further one wait until their timeout. */
export const MEETINGS_MAX = 1_000
/** Arrivals of a recording that is replayed; a longer one is refused. */
export const REPLAYED_ARRIVALS_MAX = 1_000_000
/** Users named when some do not end. */
export const HUNG_USERS_NAMED_MAX = 10
/** How long users may take to end after they were killed, ms. */
export const KILL_WAIT_MS = 1_000
/** How long a task may go on after the timeout of its iteration has cut everything it waited for, ms; then its user is given up. */
export const ITERATION_CUT_WAIT_MS = 1_000
/** Calls of one closed client that are refused with an error; further ones never settle. */
export const REFUSALS_MAX = 100
/** Cookies of one user; the oldest is dropped. */
export const COOKIES_PER_JAR_MAX = 500
/** Rows of one table of a Markdown report; the rest is counted below it. */
export const REPORT_ROWS_MAX = 50
/** Annotations of one kind that GitHub shows per step. */
export const ANNOTATIONS_MAX = 10
/** Feeders of one script. */
export const FEEDERS_MAX = 1_000
/** A data file up to this size is kept in memory by every worker; of a larger one rows are read when asked for. */
export const DATA_IN_MEMORY_BYTES_MAX = 32 << 20
/** A JSON file, which can only be read as a whole, in one go that keeps a worker silent: half a second for this much. */
export const DATA_JSON_BYTES_MAX = 32 << 20
/** What one feeder keeps of a file it reads in blocks; the oldest block is dropped. */
export const DATA_CACHED_BYTES_MAX = 8 << 20
/** What one worker writes to a temporary file of the rows of one query. */
export const DATA_SPOOLED_BYTES_MAX = 16 * 2 ** 30
/** Rows of one file. */
export const DATA_ROWS_MAX = 1_000_000_000
/** One row: a longer one is a quote that was never closed. */
export const ROW_BYTES_MAX = 1 << 20
/** Rows of one file that are named when they cannot be read; reading stops there. */
export const DATA_PROBLEMS_MAX = 20
/** Characters of one threshold rule. */
export const THRESHOLD_CHARS_MAX = 1_000
/** Seconds that all sliding spans of a plan may remember together, one small histogram each. */
export const THRESHOLD_SPAN_SECONDS_MAX = 10_000
/** Sources that one run watches, and figures of one of them; further ones are left out. */
export const MONITORS_MAX = 50
export const MONITOR_FIGURES_MAX = 100
/** A page of metrics, and what a command that is watched may print. */
export const METRICS_BYTES_MAX = 16_777_216
export const COMMAND_BYTES_MAX = 65_536
/** Processes of one watched tree. */
export const WATCHED_PROCESSES_MAX = 1_000
/** Points a trend is looked for in, which costs their square; of longer series means of neighbours are taken. */
export const STEADY_POINTS_MAX = 500
/** The longest warm-up that is found automatically, in batches of five seconds: each rule keeps a histogram for each. */
export const WARMUP_BATCHES_MAX = 60
/** A generator's health is measured over this long at least; asked again sooner, it is that of before. */
export const HEALTH_SHORTEST_MS = 200
/** What one process keeps of large things it fetched from the object store of a NATS server; the oldest is fetched again. */
export const PARCELS_KEPT_BYTES_MAX = 64 << 20
/** Workers of one run on many machines. */
export const JOINED_WORKERS_MAX = 2_000
/** Machines that one `onrush cluster up` holds. */
export const CLUSTER_HOSTS_MAX = 200
/** Changes of one running load: a shape that decides anew each second for a day. */
export const STEERINGS_MAX = 100_000
/** Searches for the limit that are kept in one folder, some 100 kB each; the oldest make room. */
export const SEARCHES_KEPT_MAX = 500
/** Steps of a load that is held at its limit; held for longer, each step is longer. */
export const HOLD_STEPS_MAX = 1_000
/** Characters of a note in a run. */
export const NOTE_CHARS_MAX = 1_000
/** Windows of one run that wait for a disk which is full, or busy; the oldest is given up. */
export const HISTORY_WINDOWS_QUEUED_MAX = 120
/** One window or result of the history, unpacked: beyond it the bytes are wrong, not the run large. */
export const KEPT_BYTES_MAX = 256 << 20
/** Blocks into which each run of a comparison is cut; they are longer in longer runs. */
export const COMPARE_BLOCKS_MAX = 60
/** How often the blocks of each run are drawn anew for an interval. */
export const COMPARE_RESAMPLES = 2_000
/** Runs of one trend, of one question about several runs, and compared with a base on one screen. */
export const TREND_RUNS_MAX = 200
export const GLANCES_ASKED_MAX = 100
export const COMPARED_RUNS_MAX = 5
/** Stretches in which a list of runs draws one of them. */
export const GLANCE_STRETCHES_MAX = 40
/** Comparisons kept by the process that reads the history for the page, and questions that may wait for it. */
export const COMPARISONS_KEPT_MAX = 50
export const HISTORY_QUESTIONS_MAX = 100
/** Of a file with a run that somebody gives to the page. */
export const RUN_FILE_BYTES_MAX = 2 * 2 ** 30
/** Points in which a run is drawn; a longer one has more seconds to a point. */
export const TIMELINE_POINTS_MAX = 1_200
/** Points of a run that insights look at: a second each, or more of a run beyond five minutes. */
export const INSIGHT_POINTS_MAX = 300
/** Findings shown on a screen or a page; the result has all. */
export const FINDINGS_SHOWN = 5
/** Of a request to the page's server. */
export const PAGE_BODY_BYTES_MAX = 1_000_000
/** Points in which the HTML report draws a run: three pixels each. */
export const HTML_POINTS_MAX = 300
/** Parts of a run that can be chosen in the HTML report; of an hour they are 32 s long. */
export const HTML_SLICES_MAX = 120
/** Rows of one table of the HTML report. */
export const HTML_ROWS_MAX = 100
/** Characters of the sample of one error in the HTML report. */
export const HTML_SAMPLE_CHARS_MAX = 500
/** Characters of what an HTML report recomputes its tables from; with the rest it stays below 2 MB. */
export const HTML_RANGE_CHARS_MAX = 1_300_000
/** Messages and bytes that one output may have waiting for a system that does not take them; the oldest are dropped. */
export const OUTBOX_MESSAGES_MAX = 1_000
export const OUTBOX_BYTES_MAX = 16 << 20
/** How long one message to another system may take, and all that is left at the end of a run, ms. */
export const OUTBOX_MESSAGE_MS_MAX = 5_000
export const OUTBOX_FLUSH_MS_MAX = 5_000
/** Between two attempts at a system that does not answer, ms. */
export const OUTBOX_RETRY_MS_MAX = 30_000
/** Time series of one request of remote write. */
export const REMOTE_WRITE_SERIES_MAX = 5_000
/** Requests kept whole per series and window, the slowest; and per error and window, the first. */
export const EXEMPLARS_PER_SERIES = 2
export const EXEMPLARS_PER_ERROR = 2
/** Requests, and characters of them, that one worker sends with a snapshot; those of new heights go first. */
export const EXEMPLARS_PER_SNAPSHOT_MAX = 64
export const EXEMPLAR_CHARS_PER_SNAPSHOT_MAX = 256 << 10
/** Failed requests that wait in one worker for the end of their window. */
export const EXEMPLAR_FAILURES_HELD_MAX = 100
/** Of the body of a response that waits likewise: a compressed one beyond it is not unpacked. */
export const EXEMPLAR_HELD_BODY_BYTES_MAX = 32 << 10
/** Characters kept of a head, a body and a URL. */
export const EXEMPLAR_HEAD_CHARS_MAX = 4_000
export const EXEMPLAR_BODY_CHARS_MAX = 2_000
export const EXEMPLAR_URL_CHARS_MAX = 1_000
/** A compressed body is unpacked to see its beginning up to this size. */
export const EXEMPLAR_DECODED_BYTES_MAX = 1 << 20
/** Of one run: per series the slowest, per error the first, all together; besides, one a second that gets rarer as the run gets longer. */
export const EXEMPLARS_OF_SERIES_MAX = 3
export const EXEMPLARS_OF_ERROR_MAX = 3
export const EXEMPLARS_OF_RUN_MAX = 5_000
export const EXEMPLAR_CHARS_OF_RUN_MAX = 24 << 20
/** The slowest of a run, in its result; and errors there that have a request with them. */
export const SLOWEST_MAX = 20
export const ERROR_EXEMPLARS_MAX = 50

/** Requests of one file of another tool: 58 bytes each wait in memory to be put in order. */
export const IMPORT_SAMPLES_MAX = 10_000_000
/** Seconds between its first and its last request: a week. */
export const IMPORT_WINDOWS_MAX = 7 * 86_400
/** Addresses from which a wrong token came, within a minute. */
export const TOKEN_GUESSERS_MAX = 1_000
/** Of the log of all requests: what waits for a disk, per worker; and on the disk, all workers together, unless the run says otherwise. */
export const SAMPLE_LOG_PENDING_CHARS_MAX = 4 << 20
export const SAMPLE_LOG_BYTES_MAX = 1_000_000_000
/** Of one series over time on the page: each is made of windows with all series in them. */
export const SERIES_POINTS_MAX = 300
