CREATE TYPE "public"."alert_kind" AS ENUM('player_offline', 'sound_locked');--> statement-breakpoint
CREATE TYPE "public"."notice_status" AS ENUM('queued', 'sent', 'failed');--> statement-breakpoint
CREATE TYPE "public"."player_command_name" AS ENUM('set_volume', 'mute', 'unmute', 'stop', 'stop_all', 'reload', 'identify', 'clear_cache', 'screenshot');--> statement-breakpoint
CREATE TYPE "public"."player_command_status" AS ENUM('queued', 'sent', 'done', 'failed', 'expired');--> statement-breakpoint
CREATE TYPE "public"."player_fault_kind" AS ENUM('socket_silent', 'audio_stuck', 'audio_failed', 'page_frozen', 'memory_high', 'clock_step', 'storage_full', 'wake_lock_lost', 'file_damaged', 'page_error');--> statement-breakpoint
CREATE TABLE "alert" (
	"alert_id" uuid PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"kind" "alert_kind" NOT NULL,
	"player_id" uuid,
	"player_name" text NOT NULL,
	"store_id" uuid,
	"store_name" text NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"opened_at" timestamp with time zone DEFAULT now() NOT NULL,
	"closed_at" timestamp with time zone,
	"seen_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "notice" (
	"notice_id" uuid PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"webhook_id" uuid,
	"email" text,
	"event" text NOT NULL,
	"payload" jsonb NOT NULL,
	"status" "notice_status" DEFAULT 'queued' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp with time zone DEFAULT now() NOT NULL,
	"sent_at" timestamp with time zone,
	"error" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhook" (
	"webhook_id" uuid PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"url" text NOT NULL,
	"secret" text NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "player_command" (
	"command_id" uuid PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"player_id" uuid NOT NULL,
	"command" "player_command_name" NOT NULL,
	"volume" double precision,
	"status" "player_command_status" DEFAULT 'queued' NOT NULL,
	"requested_by" text,
	"requested_by_name" text,
	"expires_at" timestamp with time zone NOT NULL,
	"sent_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"detail" text,
	"result" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "player_fault" (
	"fault_id" uuid PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"player_id" uuid NOT NULL,
	"kind" "player_fault_kind" NOT NULL,
	"detail" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"recovery" text,
	"recovered_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "words" jsonb;--> statement-breakpoint
ALTER TABLE "message_version" ADD COLUMN "words" jsonb;--> statement-breakpoint
ALTER TABLE "store" ADD COLUMN "opening_exceptions" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "store" ADD COLUMN "player_settings" jsonb;--> statement-breakpoint
ALTER TABLE "air" ADD COLUMN "repeat" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "air" ADD COLUMN "until_stopped" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "air" ADD COLUMN "stopped_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "air" ADD COLUMN "stopped_by" text;--> statement-breakpoint
ALTER TABLE "pairing" ADD COLUMN "address" text;--> statement-breakpoint
ALTER TABLE "pairing" ADD COLUMN "user_agent" text;--> statement-breakpoint
ALTER TABLE "pairing" ADD COLUMN "screen" text;--> statement-breakpoint
ALTER TABLE "play" ADD COLUMN "store_id" uuid;--> statement-breakpoint
ALTER TABLE "play" ADD COLUMN "reason_by" text;--> statement-breakpoint
ALTER TABLE "play" ADD COLUMN "repeats" integer;--> statement-breakpoint
ALTER TABLE "player" ADD COLUMN "next_token_sha256" text;--> statement-breakpoint
ALTER TABLE "player" ADD COLUMN "token_generation" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "player" ADD COLUMN "token_since" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "player" ADD COLUMN "muted" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "player" ADD COLUMN "address" text;--> statement-breakpoint
ALTER TABLE "player" ADD COLUMN "features" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "alert" ADD CONSTRAINT "alert_client_id_organization_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alert" ADD CONSTRAINT "alert_player_id_player_player_id_fk" FOREIGN KEY ("player_id") REFERENCES "public"."player"("player_id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alert" ADD CONSTRAINT "alert_store_id_store_store_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."store"("store_id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice" ADD CONSTRAINT "notice_client_id_organization_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice" ADD CONSTRAINT "notice_webhook_id_webhook_webhook_id_fk" FOREIGN KEY ("webhook_id") REFERENCES "public"."webhook"("webhook_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook" ADD CONSTRAINT "webhook_client_id_organization_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "player_command" ADD CONSTRAINT "player_command_client_id_organization_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "player_command" ADD CONSTRAINT "player_command_player_id_player_player_id_fk" FOREIGN KEY ("player_id") REFERENCES "public"."player"("player_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "player_command" ADD CONSTRAINT "player_command_requested_by_user_id_fk" FOREIGN KEY ("requested_by") REFERENCES "public"."user"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "player_fault" ADD CONSTRAINT "player_fault_client_id_organization_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "player_fault" ADD CONSTRAINT "player_fault_player_id_player_player_id_fk" FOREIGN KEY ("player_id") REFERENCES "public"."player"("player_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "alert_client_idx" ON "alert" USING btree ("client_id","alert_id");--> statement-breakpoint
CREATE INDEX "alert_player_idx" ON "alert" USING btree ("player_id","kind","closed_at");--> statement-breakpoint
CREATE INDEX "notice_due_idx" ON "notice" USING btree ("status","next_at");--> statement-breakpoint
CREATE INDEX "notice_client_idx" ON "notice" USING btree ("client_id","notice_id");--> statement-breakpoint
CREATE INDEX "webhook_client_idx" ON "webhook" USING btree ("client_id");--> statement-breakpoint
CREATE INDEX "player_command_player_idx" ON "player_command" USING btree ("player_id","status","command_id");--> statement-breakpoint
CREATE INDEX "player_command_open_idx" ON "player_command" USING btree ("status","expires_at");--> statement-breakpoint
CREATE INDEX "player_fault_player_idx" ON "player_fault" USING btree ("player_id","at");--> statement-breakpoint
ALTER TABLE "air" ADD CONSTRAINT "air_stopped_by_user_id_fk" FOREIGN KEY ("stopped_by") REFERENCES "public"."user"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "play" ADD CONSTRAINT "play_store_id_store_store_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."store"("store_id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "play_store_idx" ON "play" USING btree ("store_id",coalesce("due_at", "created_at"),"play_id");--> statement-breakpoint
CREATE UNIQUE INDEX "player_next_token_idx" ON "player" USING btree ("next_token_sha256");--> statement-breakpoint
UPDATE "play" SET "store_id" = "player"."store_id" FROM "player" WHERE "player"."player_id" = "play"."player_id";
