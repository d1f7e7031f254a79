CREATE TYPE "public"."opening_edge" AS ENUM('opens', 'closes');--> statement-breakpoint
CREATE TYPE "public"."rotation" AS ENUM('in_order', 'shuffled', 'weighted');--> statement-breakpoint
ALTER TYPE "public"."skip_reason" ADD VALUE 'offline';--> statement-breakpoint
ALTER TYPE "public"."skip_reason" ADD VALUE 'no_report';--> statement-breakpoint
ALTER TYPE "public"."skip_reason" ADD VALUE 'limited';--> statement-breakpoint
ALTER TYPE "public"."schedule_kind" ADD VALUE 'opening';--> statement-breakpoint
CREATE TABLE "store_group" (
	"group_id" uuid PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "store_group_store" (
	"group_id" uuid NOT NULL,
	"store_id" uuid NOT NULL,
	CONSTRAINT "store_group_store_group_id_store_id_pk" PRIMARY KEY("group_id","store_id")
);
--> statement-breakpoint
CREATE TABLE "airing_sweep" (
	"client_id" text PRIMARY KEY NOT NULL,
	"swept_until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "schedule_message" (
	"schedule_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"audio_id" uuid NOT NULL,
	"weight" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "schedule_message_schedule_id_position_pk" PRIMARY KEY("schedule_id","position")
);
--> statement-breakpoint
CREATE TABLE "schedule_version" (
	"schedule_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"client_id" text NOT NULL,
	"snapshot" jsonb NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"until" timestamp with time zone NOT NULL,
	CONSTRAINT "schedule_version_schedule_id_version_pk" PRIMARY KEY("schedule_id","version")
);
--> statement-breakpoint
ALTER TABLE "store" ADD COLUMN "limits" jsonb;--> statement-breakpoint
ALTER TABLE "store" ADD COLUMN "holiday_region" text;--> statement-breakpoint
ALTER TABLE "store" ADD COLUMN "feed_generation" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "play" ADD COLUMN "presumed" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "schedule" ADD COLUMN "rotation" "rotation";--> statement-breakpoint
ALTER TABLE "schedule" ADD COLUMN "template_id" uuid;--> statement-breakpoint
ALTER TABLE "schedule" ADD COLUMN "template_values" jsonb;--> statement-breakpoint
ALTER TABLE "schedule" ADD COLUMN "opening_edge" "opening_edge";--> statement-breakpoint
ALTER TABLE "schedule" ADD COLUMN "opening_offset_minutes" integer;--> statement-breakpoint
ALTER TABLE "schedule" ADD COLUMN "skip_holidays" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "schedule" ADD COLUMN "volume" double precision;--> statement-breakpoint
ALTER TABLE "schedule" ADD COLUMN "paused_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "schedule" ADD COLUMN "changed_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "store_group" ADD CONSTRAINT "store_group_client_id_organization_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "store_group_store" ADD CONSTRAINT "store_group_store_group_id_store_group_group_id_fk" FOREIGN KEY ("group_id") REFERENCES "public"."store_group"("group_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "store_group_store" ADD CONSTRAINT "store_group_store_store_id_store_store_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."store"("store_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "airing_sweep" ADD CONSTRAINT "airing_sweep_client_id_organization_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "schedule_message" ADD CONSTRAINT "schedule_message_schedule_id_schedule_schedule_id_fk" FOREIGN KEY ("schedule_id") REFERENCES "public"."schedule"("schedule_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "schedule_message" ADD CONSTRAINT "schedule_message_audio_id_message_audio_id_fk" FOREIGN KEY ("audio_id") REFERENCES "public"."message"("audio_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "schedule_version" ADD CONSTRAINT "schedule_version_schedule_id_schedule_schedule_id_fk" FOREIGN KEY ("schedule_id") REFERENCES "public"."schedule"("schedule_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "schedule_version" ADD CONSTRAINT "schedule_version_client_id_organization_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "store_group_name_idx" ON "store_group" USING btree ("client_id","name");--> statement-breakpoint
CREATE INDEX "store_group_store_idx" ON "store_group_store" USING btree ("store_id");--> statement-breakpoint
CREATE INDEX "schedule_message_audio_idx" ON "schedule_message" USING btree ("audio_id");--> statement-breakpoint
CREATE INDEX "schedule_version_client_idx" ON "schedule_version" USING btree ("client_id","until");--> statement-breakpoint
ALTER TABLE "schedule" ADD CONSTRAINT "schedule_template_id_template_template_id_fk" FOREIGN KEY ("template_id") REFERENCES "public"."template"("template_id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
INSERT INTO "schedule_message" ("schedule_id", "position", "audio_id") SELECT "schedule_id", 0, "audio_id" FROM "schedule" WHERE "audio_id" IS NOT NULL;--> statement-breakpoint
UPDATE "schedule" SET "changed_at" = "updated_at";
