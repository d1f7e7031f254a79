ALTER TYPE "public"."alert_kind" ADD VALUE 'schedules_ending';--> statement-breakpoint
ALTER TABLE "alert" ALTER COLUMN "player_name" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "alert" ALTER COLUMN "store_name" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "alert" ADD COLUMN "ends_on" text;--> statement-breakpoint
ALTER TABLE "alert" ADD COLUMN "schedules" integer;--> statement-breakpoint
ALTER TABLE "alert" ADD COLUMN "title" text;