CREATE TABLE `audit` (
	`series` text NOT NULL,
	`id` text NOT NULL,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`detail` text NOT NULL,
	`at_ms` integer NOT NULL,
	PRIMARY KEY(`series`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `daily_pnl` (
	`series` text NOT NULL,
	`day_start_ms` integer NOT NULL,
	`windows` integer NOT NULL,
	`fills` integer NOT NULL,
	`fees_micro` integer NOT NULL,
	`realized_pnl_micro` integer NOT NULL,
	PRIMARY KEY(`series`, `day_start_ms`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `fills` (
	`trade_id` text NOT NULL,
	`client_order_id` text NOT NULL,
	`series` text NOT NULL,
	`window_start_ms` integer NOT NULL,
	`strategy` text NOT NULL,
	`outcome` text NOT NULL,
	`side` text NOT NULL,
	`price_ticks` integer NOT NULL,
	`size_micro` integer NOT NULL,
	`fee_micro` integer NOT NULL,
	`liquidity` text NOT NULL,
	`filled_at_ms` integer NOT NULL,
	PRIMARY KEY(`series`, `window_start_ms`, `trade_id`, `client_order_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `markets` (
	`slug` text PRIMARY KEY NOT NULL,
	`series` text NOT NULL,
	`window_start_ms` integer NOT NULL,
	`window_end_ms` integer NOT NULL,
	`condition_id` text NOT NULL,
	`up_token_id` text NOT NULL,
	`down_token_id` text NOT NULL,
	`tick_size_ticks` integer NOT NULL,
	`min_size_micro` integer NOT NULL,
	`fee_rate_ppm` integer,
	`fee_exponent` integer,
	`fee_taker_only` integer,
	`fee_rebate_ppm` integer,
	`resolution_source` text NOT NULL,
	`twap_lookback_seconds` integer,
	`config_id` text,
	`taker_delay_ms` integer,
	`neg_risk` integer NOT NULL,
	`protocol_version` text,
	`accepting_orders` integer NOT NULL,
	`updated_ms` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `orders` (
	`client_order_id` text NOT NULL,
	`venue_order_id` text,
	`series` text NOT NULL,
	`window_start_ms` integer NOT NULL,
	`strategy` text NOT NULL,
	`token_id` text NOT NULL,
	`outcome` text NOT NULL,
	`side` text NOT NULL,
	`time_in_force` text NOT NULL,
	`post_only` integer NOT NULL,
	`price_ticks` integer NOT NULL,
	`size_micro` integer,
	`spend_micro` integer,
	`filled_micro` integer NOT NULL,
	`status` text NOT NULL,
	`status_detail` text NOT NULL,
	`created_ms` integer NOT NULL,
	`ended_ms` integer NOT NULL,
	PRIMARY KEY(`series`, `window_start_ms`, `client_order_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `positions` (
	`series` text NOT NULL,
	`window_start_ms` integer NOT NULL,
	`outcome` text NOT NULL,
	`token_id` text NOT NULL,
	`size_micro` integer NOT NULL,
	`cost_micro` integer NOT NULL,
	`fees_micro` integer NOT NULL,
	`payout_micro` integer NOT NULL,
	`realized_pnl_micro` integer NOT NULL,
	PRIMARY KEY(`series`, `window_start_ms`, `outcome`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `series` (
	`slug` text PRIMARY KEY NOT NULL,
	`duration_ms` integer NOT NULL,
	`first_seen_ms` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `windows` (
	`series` text NOT NULL,
	`window_start_ms` integer NOT NULL,
	`window_end_ms` integer NOT NULL,
	`slug` text NOT NULL,
	`condition_id` text,
	`strike` text,
	`final` text,
	`outcome` text,
	`official_outcome` text,
	`official_strike` text,
	`verification` text NOT NULL,
	`tradable` integer NOT NULL,
	`decision` text NOT NULL,
	`orders` integer NOT NULL,
	`fills` integer NOT NULL,
	`fees_micro` integer NOT NULL,
	`realized_pnl_micro` integer NOT NULL,
	`worst_feed_age_ms` integer NOT NULL,
	`worst_feed` text NOT NULL,
	`closed_at_ms` integer NOT NULL,
	PRIMARY KEY(`series`, `window_start_ms`)
) WITHOUT ROWID;
