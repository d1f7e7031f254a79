CREATE TYPE "public"."schedule_kind" AS ENUM('interval', 'times', 'once');--> statement-breakpoint
CREATE TABLE "programme_version" (
	"client_id" text PRIMARY KEY NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "schedule" (
	"schedule_id" uuid PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"name" text,
	"audio_id" uuid,
	"targets" jsonb NOT NULL,
	"kind" "schedule_kind" NOT NULL,
	"interval_minutes" integer,
	"window_start" text,
	"window_end" text,
	"times" text[],
	"at" text,
	"weekdays" integer[] NOT NULL,
	"from_date" text,
	"until_date" text,
	"exclude" text[] DEFAULT '{}' NOT NULL,
	"time_zone" text,
	"priority" "priority" NOT NULL,
	"on_busy" "on_busy" NOT NULL,
	"grace_s" integer NOT NULL,
	"repeat" integer DEFAULT 1 NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_by" text,
	"deleted_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
DROP INDEX "play_client_idx";--> statement-breakpoint
DROP INDEX "play_message_idx";--> statement-breakpoint
ALTER TABLE "play" ADD COLUMN "schedule_id" uuid;--> statement-breakpoint
ALTER TABLE "play" ADD COLUMN "due_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "programme_version" ADD CONSTRAINT "programme_version_client_id_organization_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "schedule" ADD CONSTRAINT "schedule_client_id_organization_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "schedule" ADD CONSTRAINT "schedule_audio_id_message_audio_id_fk" FOREIGN KEY ("audio_id") REFERENCES "public"."message"("audio_id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "schedule" ADD CONSTRAINT "schedule_created_by_user_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."user"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "schedule_client_idx" ON "schedule" USING btree ("client_id","schedule_id");--> statement-breakpoint
CREATE INDEX "schedule_message_idx" ON "schedule" USING btree ("audio_id");--> statement-breakpoint
CREATE INDEX "schedule_deleted_idx" ON "schedule" USING btree ("deleted_at");--> statement-breakpoint
ALTER TABLE "play" ADD CONSTRAINT "play_schedule_id_schedule_schedule_id_fk" FOREIGN KEY ("schedule_id") REFERENCES "public"."schedule"("schedule_id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "play_player_due_idx" ON "play" USING btree ("player_id","due_at");--> statement-breakpoint
CREATE INDEX "play_schedule_idx" ON "play" USING btree ("schedule_id","due_at");--> statement-breakpoint
CREATE INDEX "play_client_idx" ON "play" USING btree ("client_id",coalesce("due_at", "created_at"),"play_id");--> statement-breakpoint
CREATE INDEX "play_message_idx" ON "play" USING btree ("audio_id",coalesce("due_at", "created_at"),"play_id");