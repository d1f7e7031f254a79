CREATE TYPE "public"."failure" AS ENUM('empty_file', 'not_audio', 'no_audio_stream', 'silent', 'too_short', 'too_long', 'damaged', 'ffmpeg_missing', 'timed_out', 'storage_full', 'file_missing', 'internal');--> statement-breakpoint
CREATE TYPE "public"."message_source" AS ENUM('generated', 'uploaded', 'recorded');--> statement-breakpoint
CREATE TYPE "public"."track_kind" AS ENUM('bed', 'chime', 'background');--> statement-breakpoint
CREATE TYPE "public"."job_kind" AS ENUM('renormalise', 'delete', 'update');--> statement-breakpoint
CREATE TYPE "public"."job_status" AS ENUM('running', 'done', 'cancelled');--> statement-breakpoint
CREATE TABLE "jingle_preset" (
	"preset_id" uuid PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"name" text NOT NULL,
	"recipe" jsonb NOT NULL,
	"is_default" boolean DEFAULT false NOT NULL,
	"position" integer DEFAULT 0 NOT NULL,
	"shipped" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "message_version" (
	"version_id" uuid PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"audio_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"title" text NOT NULL,
	"text" text NOT NULL,
	"spoken_text" text,
	"voice_id" uuid,
	"voice_name" text NOT NULL,
	"voice_settings" jsonb,
	"jingle" jsonb,
	"sha256" text,
	"original_sha256" text,
	"bytes" integer DEFAULT 0 NOT NULL,
	"duration_ms" integer DEFAULT 0 NOT NULL,
	"lufs" double precision,
	"true_peak_dbtp" double precision,
	"limiting_db" double precision DEFAULT 0 NOT NULL,
	"warnings" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"peaks" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pronunciation" (
	"pronunciation_id" uuid PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"written" text NOT NULL,
	"spoken" text NOT NULL,
	"language" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "track" (
	"track_id" uuid PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"kind" "track_kind" NOT NULL,
	"status" "message_status" NOT NULL,
	"title" text NOT NULL,
	"tags" text[] DEFAULT '{}' NOT NULL,
	"sha256" text,
	"original_sha256" text,
	"bytes" integer DEFAULT 0 NOT NULL,
	"duration_ms" integer DEFAULT 0 NOT NULL,
	"lufs" double precision,
	"true_peak_dbtp" double precision,
	"limiting_db" double precision DEFAULT 0 NOT NULL,
	"warnings" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"peaks" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"failure" "failure",
	"attempts" integer DEFAULT 0 NOT NULL,
	"leased_until" timestamp with time zone,
	"original_name" text,
	"gain_db" double precision DEFAULT 0 NOT NULL,
	"cue_in_ms" integer DEFAULT 0 NOT NULL,
	"cue_out_ms" integer,
	"is_default" boolean DEFAULT false NOT NULL,
	"position" integer DEFAULT 0 NOT NULL,
	"shipped" text,
	"created_by" text,
	"deleted_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "job" (
	"job_id" uuid PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"kind" "job_kind" NOT NULL,
	"status" "job_status" DEFAULT 'running' NOT NULL,
	"params" jsonb NOT NULL,
	"cursor" text,
	"total" integer NOT NULL,
	"done" integer DEFAULT 0 NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL,
	"leased_until" timestamp with time zone,
	"created_by" text,
	"ended_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "shortcut" (
	"shortcut_id" uuid PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"title" text NOT NULL,
	"icon" text NOT NULL,
	"colour" text NOT NULL,
	"audio_id" uuid,
	"template_id" uuid,
	"store_ids" jsonb,
	"position" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "template" (
	"template_id" uuid PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"title" text NOT NULL,
	"text" text NOT NULL,
	"fields" jsonb NOT NULL,
	"language" text NOT NULL,
	"icon" text NOT NULL,
	"colour" text NOT NULL,
	"category_id" uuid,
	"voice_id" uuid,
	"preset_id" uuid,
	"position" integer DEFAULT 0 NOT NULL,
	"shipped" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "setting" (
	"client_id" text NOT NULL,
	"name" text NOT NULL,
	"value" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "setting_client_id_name_pk" PRIMARY KEY("client_id","name")
);
--> statement-breakpoint
ALTER TABLE "message" ALTER COLUMN "status" SET DATA TYPE text;--> statement-breakpoint
ALTER TABLE "track" ALTER COLUMN "status" SET DATA TYPE text;--> statement-breakpoint
DROP TYPE "public"."message_status";--> statement-breakpoint
CREATE TYPE "public"."message_status" AS ENUM('draft', 'waiting', 'processing', 'ready', 'failed');--> statement-breakpoint
ALTER TABLE "message" ALTER COLUMN "status" SET DATA TYPE "public"."message_status" USING "status"::"public"."message_status";--> statement-breakpoint
ALTER TABLE "track" ALTER COLUMN "status" SET DATA TYPE "public"."message_status" USING "status"::"public"."message_status";--> statement-breakpoint
ALTER TABLE "message" ALTER COLUMN "voice_settings" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "message" ALTER COLUMN "sha256" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "message" ALTER COLUMN "bytes" SET DEFAULT 0;--> statement-breakpoint
ALTER TABLE "message" ALTER COLUMN "duration_ms" SET DEFAULT 0;--> statement-breakpoint
ALTER TABLE "message" ALTER COLUMN "lufs" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "message" ALTER COLUMN "true_peak_dbtp" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "message" ALTER COLUMN "limiting_db" SET DEFAULT 0;--> statement-breakpoint
ALTER TABLE "message" ALTER COLUMN "warnings" SET DEFAULT '[]'::jsonb;--> statement-breakpoint
ALTER TABLE "message" ALTER COLUMN "peaks" SET DEFAULT '[]'::jsonb;--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "source" "message_source" DEFAULT 'generated' NOT NULL;--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "spoken_text" text;--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "jingle" jsonb;--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "original_sha256" text;--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "failure" "failure";--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "attempts" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "leased_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "original_name" text;--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "tags" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "is_favourite" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "valid_from" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "valid_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "search_text" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "voice" ADD COLUMN "jingle" jsonb;--> statement-breakpoint
ALTER TABLE "category" ADD COLUMN "ai_instructions" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "jingle_preset" ADD CONSTRAINT "jingle_preset_client_id_organization_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_version" ADD CONSTRAINT "message_version_client_id_organization_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_version" ADD CONSTRAINT "message_version_audio_id_message_audio_id_fk" FOREIGN KEY ("audio_id") REFERENCES "public"."message"("audio_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_version" ADD CONSTRAINT "message_version_voice_id_voice_voice_id_fk" FOREIGN KEY ("voice_id") REFERENCES "public"."voice"("voice_id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_version" ADD CONSTRAINT "message_version_sha256_file_sha256_fk" FOREIGN KEY ("sha256") REFERENCES "public"."file"("sha256") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_version" ADD CONSTRAINT "message_version_original_sha256_file_sha256_fk" FOREIGN KEY ("original_sha256") REFERENCES "public"."file"("sha256") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_version" ADD CONSTRAINT "message_version_created_by_user_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."user"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pronunciation" ADD CONSTRAINT "pronunciation_client_id_organization_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "track" ADD CONSTRAINT "track_client_id_organization_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "track" ADD CONSTRAINT "track_sha256_file_sha256_fk" FOREIGN KEY ("sha256") REFERENCES "public"."file"("sha256") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "track" ADD CONSTRAINT "track_original_sha256_file_sha256_fk" FOREIGN KEY ("original_sha256") REFERENCES "public"."file"("sha256") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "track" ADD CONSTRAINT "track_created_by_user_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."user"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job" ADD CONSTRAINT "job_client_id_organization_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job" ADD CONSTRAINT "job_created_by_user_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."user"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shortcut" ADD CONSTRAINT "shortcut_client_id_organization_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shortcut" ADD CONSTRAINT "shortcut_audio_id_message_audio_id_fk" FOREIGN KEY ("audio_id") REFERENCES "public"."message"("audio_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shortcut" ADD CONSTRAINT "shortcut_template_id_template_template_id_fk" FOREIGN KEY ("template_id") REFERENCES "public"."template"("template_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "template" ADD CONSTRAINT "template_client_id_organization_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "template" ADD CONSTRAINT "template_category_id_category_category_id_fk" FOREIGN KEY ("category_id") REFERENCES "public"."category"("category_id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "template" ADD CONSTRAINT "template_voice_id_voice_voice_id_fk" FOREIGN KEY ("voice_id") REFERENCES "public"."voice"("voice_id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "setting" ADD CONSTRAINT "setting_client_id_organization_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "jingle_preset_client_idx" ON "jingle_preset" USING btree ("client_id","position");--> statement-breakpoint
CREATE UNIQUE INDEX "jingle_preset_shipped_idx" ON "jingle_preset" USING btree ("client_id","shipped");--> statement-breakpoint
CREATE UNIQUE INDEX "message_version_idx" ON "message_version" USING btree ("audio_id","version");--> statement-breakpoint
CREATE INDEX "message_version_sha256_idx" ON "message_version" USING btree ("sha256");--> statement-breakpoint
CREATE INDEX "message_version_original_idx" ON "message_version" USING btree ("original_sha256");--> statement-breakpoint
CREATE UNIQUE INDEX "pronunciation_written_idx" ON "pronunciation" USING btree ("client_id",lower("written"),coalesce("language", ''));--> statement-breakpoint
CREATE INDEX "track_client_idx" ON "track" USING btree ("client_id","kind","position");--> statement-breakpoint
CREATE INDEX "track_sha256_idx" ON "track" USING btree ("sha256");--> statement-breakpoint
CREATE INDEX "track_original_idx" ON "track" USING btree ("original_sha256");--> statement-breakpoint
CREATE INDEX "track_waiting_idx" ON "track" USING btree ("leased_until") WHERE "track"."status" in ('waiting', 'processing');--> statement-breakpoint
CREATE UNIQUE INDEX "track_shipped_idx" ON "track" USING btree ("client_id","shipped");--> statement-breakpoint
CREATE INDEX "job_client_idx" ON "job" USING btree ("client_id","created_at");--> statement-breakpoint
CREATE INDEX "job_running_idx" ON "job" USING btree ("status","leased_until");--> statement-breakpoint
CREATE INDEX "shortcut_client_idx" ON "shortcut" USING btree ("client_id","position");--> statement-breakpoint
CREATE INDEX "template_client_idx" ON "template" USING btree ("client_id","position");--> statement-breakpoint
CREATE UNIQUE INDEX "template_shipped_idx" ON "template" USING btree ("client_id","shipped");--> statement-breakpoint
ALTER TABLE "message" ADD CONSTRAINT "message_original_sha256_file_sha256_fk" FOREIGN KEY ("original_sha256") REFERENCES "public"."file"("sha256") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "message_original_idx" ON "message" USING btree ("original_sha256");--> statement-breakpoint
CREATE INDEX "message_waiting_idx" ON "message" USING btree ("leased_until") WHERE "message"."status" in ('waiting', 'processing');--> statement-breakpoint
CREATE INDEX "message_search_words_idx" ON "message" USING gin (to_tsvector('simple', "search_text"));--> statement-breakpoint
CREATE INDEX "message_search_trigrams_idx" ON "message" USING gin ("search_text" gin_trgm_ops);