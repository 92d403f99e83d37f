import { Body, Controller, Get, Param, Put } from '@nestjs/common';

import { ReportsService } from './reports.service.js';

@Controller('reports')
export class ReportsController {
  constructor(private readonly reports: ReportsService) {}

  @Put(':name')
  async save(@Param('name') name: string, @Body() report: unknown): Promise<object> {
    return { digest: await this.reports.save(name, report) };
  }

  @Get(':name')
  load(@Param('name') name: string): Promise<unknown> {
    return this.reports.load(name);
  }
}
